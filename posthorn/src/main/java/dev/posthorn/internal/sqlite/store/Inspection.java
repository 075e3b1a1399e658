package dev.posthorn.internal.sqlite.store;

import dev.posthorn.internal.sqlite.file.Schema;
import dev.posthorn.spi.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Properties;
import org.sqlite.JDBC;
import org.sqlite.SQLiteConnection;

/**
 * Inspects a file without changing it: takes no lock and creates no log. Only SQLite opens the
 * file: if other code in this process closed it, the locks of an open store would be lost.
 */
public final class Inspection {
  /** Condition for a plain table; a view or a virtual table of this name could do anything. */
  private static final String PLAIN_TABLE =
      "SELECT count(*) FROM sqlite_schema"
          + " WHERE type = 'table' AND name = 'environment' AND sql LIKE 'CREATE TABLE %'";

  private static final String ONE_ROW = "SELECT count(*) FROM (SELECT 1 FROM environment LIMIT 1)";

  private Inspection() {}

  /**
   * Returns whether a file is a store with environments; see {@link
   * dev.posthorn.store.sqlite.SqliteStore#hasEnvironments}. The reason why a file cannot be read is
   * reported when it is opened.
   */
  public static boolean hasEnvironments(Path file) {
    try {
      if (!Files.exists(file) || Files.size(file) == 0) {
        return false;
      }
      try (SQLiteConnection connection = open(file)) {
        return Schema.isOurs(connection)
            && Schema.number(connection, PLAIN_TABLE) > 0
            && Schema.number(connection, ONE_ROW) > 0;
      }
    } catch (SQLException | IOException | StoreException e) {
      return false;
    }
  }

  /** Opens the file. Without a log no other file matters, so SQLite creates none. */
  private static SQLiteConnection open(Path file) throws SQLException {
    boolean hasLog = Files.exists(file.resolveSibling(file.getFileName() + "-wal"));
    return JDBC.createConnection(
        "jdbc:sqlite:" + file.toUri() + (hasLog ? "?mode=ro" : "?immutable=1"), new Properties());
  }
}
