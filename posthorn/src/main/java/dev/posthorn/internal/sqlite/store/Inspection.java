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
 * Looks into a file that is not to be changed: it takes no lock and makes no log. Only SQLite opens
 * the file: whoever else of this process closes it gives up the locks of a store that is open.
 */
public final class Inspection {
  /** A view or a virtual table of this name could do anything. */
  private static final String PLAIN_TABLE =
      "SELECT count(*) FROM sqlite_schema"
          + " WHERE type = 'table' AND name = 'environment' AND sql LIKE 'CREATE TABLE %'";

  private static final String ONE_ROW = "SELECT count(*) FROM (SELECT 1 FROM environment LIMIT 1)";

  private Inspection() {}

  /**
   * See {@link dev.posthorn.store.sqlite.SqliteStore#hasEnvironments}. What cannot be read says why
   * when it is opened.
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

  /** Without a log nothing beside the file counts, so nothing is made there. */
  private static SQLiteConnection open(Path file) throws SQLException {
    boolean hasLog = Files.exists(file.resolveSibling(file.getFileName() + "-wal"));
    return JDBC.createConnection(
        "jdbc:sqlite:" + file.toUri() + (hasLog ? "?mode=ro" : "?immutable=1"), new Properties());
  }
}
