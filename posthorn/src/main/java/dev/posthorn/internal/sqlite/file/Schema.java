package dev.posthorn.internal.sqlite.file;

import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.StoreException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.stream.IntStream;
import org.sqlite.JDBC;
import org.sqlite.SQLiteConnection;

/** Upgrades a file to the newest version of the schema by running the numbered scripts it lacks. */
public final class Schema {
  /** All scripts; the schema version is the number of scripts that were run. */
  static final List<String> SCRIPTS = scripts();

  /** Directory of the public package, because users may read the scripts too. */
  static final String DIRECTORY = "/dev/posthorn/store/sqlite/";

  /** Maximum number of differences that a message names. */
  private static final int SHOWN = 5;

  private static final int APPLICATION_ID = 1349481320;
  private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);

  private final Path file;

  public Schema(Path file) {
    if (SCRIPTS.isEmpty()) { // otherwise a store without tables would be opened
      throw new IllegalStateException(
          "the scripts in " + DIRECTORY + " are missing from the jar; repackage it");
    }
    this.file = file;
  }

  /**
   * Rejects a file that SQLite would not recognize, or would mistake for an empty one and
   * overwrite.
   */
  public void checkHeader() throws IOException {
    if (!Files.exists(file) || Files.size(file) == 0) {
      return;
    }
    try (InputStream in = Files.newInputStream(file)) {
      if (!Arrays.equals(in.readNBytes(MAGIC.length), MAGIC)) {
        throw corrupt("is not a database");
      }
    }
  }

  /** Rejects a database of another program or of a newer version; only reads. */
  public void check(SQLiteConnection connection) throws SQLException {
    int version = number(connection, "PRAGMA user_version");
    if (!isOurs(connection)
        && (version > 0 || number(connection, "SELECT count(*) FROM sqlite_schema") > 0)) {
      throw corrupt("is a database, but not a Posthorn store");
    }
    if (version > SCRIPTS.size()) {
      throw new StoreException(
          Reason.NEWER_VERSION,
          file
              + " was written by a newer Posthorn (schema version "
              + version
              + "; this one supports versions up to "
              + SCRIPTS.size()
              + "); update Posthorn",
          null);
    }
    checkObjects(connection, version);
  }

  /** Returns whether a database is marked as a Posthorn store. */
  public static boolean isOurs(SQLiteConnection connection) throws SQLException {
    return number(connection, "PRAGMA application_id") == APPLICATION_ID;
  }

  /**
   * Rejects a database that has other objects than the scripts up to its version create: a foreign
   * trigger or view would run with the store's own statements.
   */
  private void checkObjects(SQLiteConnection connection, int version) throws SQLException {
    List<String> differences = SchemaObjects.of(connection).differences(made(version));
    if (!differences.isEmpty()) {
      String listed =
          String.join(", ", differences.subList(0, Math.min(SHOWN, differences.size())));
      throw corrupt(
          "differs from Posthorn's schema ("
              + listed
              + "): drop the objects that another program added");
    }
  }

  /** Returns the objects that the scripts up to a version create in an empty database. */
  private static SchemaObjects made(int version) throws SQLException {
    try (SQLiteConnection fresh = JDBC.createConnection("jdbc:sqlite::memory:", new Properties())) {
      for (int index = 0; index < version; index++) {
        run(fresh, index);
      }
      return SchemaObjects.of(fresh);
    }
  }

  /** Rejects an empty database, such as a new one. */
  public void requireVersion(SQLiteConnection connection) throws SQLException {
    if (number(connection, "PRAGMA user_version") == 0) {
      throw corrupt("is a database, but not a Posthorn store");
    }
  }

  /** Finds the scripts by their numbers, so that a new one need not be listed anywhere. */
  static List<String> scripts() {
    return IntStream.iterate(1, number -> number + 1)
        .mapToObj(number -> String.format(Locale.ROOT, "V%03d.sql", number))
        .takeWhile(script -> Schema.class.getResource(DIRECTORY + script) != null)
        .toList();
  }

  /** Runs the missing scripts, each in its own transaction. */
  public void upgrade(SQLiteConnection connection) throws SQLException {
    int version = number(connection, "PRAGMA user_version");
    for (int next = version; next < SCRIPTS.size(); next++) {
      run(connection, next);
    }
  }

  private static void run(SQLiteConnection connection, int index) throws SQLException {
    connection.getDatabase()._exec("BEGIN IMMEDIATE;\n" + read(SCRIPTS.get(index)) + "\nCOMMIT;");
  }

  private static String read(String script) {
    try (InputStream in = Schema.class.getResourceAsStream(DIRECTORY + script)) {
      if (in == null) {
        throw new IllegalStateException(script + " is missing from the jar; repackage it");
      }
      // The file keeps the text, which is compared later: it must not depend on the build machine.
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static int number(SQLiteConnection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.getInt(1);
    }
  }

  private StoreException corrupt(String what) {
    return new StoreException(
        Reason.CORRUPT, file + " " + what + "; name another file, or restore it", null);
  }
}
