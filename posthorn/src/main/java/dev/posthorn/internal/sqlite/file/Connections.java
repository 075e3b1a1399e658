package dev.posthorn.internal.sqlite.file;

import dev.posthorn.SqliteOptions;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.util.Properties;
import org.sqlite.JDBC;
import org.sqlite.SQLiteConnection;

/**
 * Opens the connections to one file: one writer, some readers, one for checkpoints.
 *
 * <p>{@link #run} begins and ends transactions: the driver's autocommit handling would begin the
 * next transaction right after each commit and so hold back checkpoints.
 */
public final class Connections {
  /** Page size. Measured: larger pages write more for the scattered history indexes. */
  public static final int PAGE_BYTES = 4096;

  /** Maximum time to wait for another program that writes to the file. */
  public static final int BUSY_MILLIS = 5_000;

  /**
   * Size above which a write-ahead log is too large: it is truncated to this size when it restarts.
   */
  public static final long WAL_LIMIT_BYTES = 256L << 20;

  private static final int READER_CACHE_BYTES = 2 << 20;

  private final Path file;
  private final SqliteOptions options;

  public Connections(Path file, SqliteOptions options) {
    this.file = file;
    this.options = options;
  }

  public SQLiteConnection writer() throws SQLException {
    return writer(connection -> {});
  }

  /** Opens the writer; changes nothing in the file before the file has passed a check. */
  public SQLiteConnection writer(Check check) throws SQLException {
    SQLiteConnection connection = open();
    try {
      check.run(connection);
      // SQLite accepts a page size only for an empty file that is not in WAL mode yet.
      run(connection, "PRAGMA page_size = " + PAGE_BYTES);
      run(connection, "PRAGMA journal_mode = WAL");
      run(connection, "PRAGMA wal_autocheckpoint = 0");
      // When the log restarts, SQLite frees the space by which a backup made it grow.
      run(connection, "PRAGMA journal_size_limit = " + WAL_LIMIT_BYTES);
      run(connection, "PRAGMA synchronous = FULL");
      run(connection, "PRAGMA temp_store = MEMORY");
      // Removed data is overwritten, whole pages too. Measured: the same CPU time, and 5 to 10 %
      // more written while retention removes as much as arrives.
      run(connection, "PRAGMA secure_delete = ON");
      cache(connection, options.cacheSize());
      if (options.maxFileSize() > 0) {
        run(connection, "PRAGMA max_page_count = " + options.maxFileSize() / PAGE_BYTES);
      }
      return connection;
    } catch (SQLException | RuntimeException e) {
      close(connection, e);
      throw e;
    }
  }

  /** Check that throws if this process must not write to a file. */
  public interface Check {
    void run(SQLiteConnection connection) throws SQLException;
  }

  SQLiteConnection reader() throws SQLException {
    SQLiteConnection connection = open();
    try {
      run(connection, "PRAGMA query_only = ON");
      cache(connection, READER_CACHE_BYTES);
      return connection;
    } catch (SQLException e) {
      close(connection, e);
      throw e;
    }
  }

  /** Opens a connection that copies the file into another; it uses SQLite's small default cache. */
  public SQLiteConnection copier() throws SQLException {
    return open();
  }

  /** Opens a connection that checks an untrusted file, and changes nothing in it. */
  public SQLiteConnection checker() throws SQLException {
    SQLiteConnection connection = reader();
    try {
      run(connection, "PRAGMA cell_size_check = ON");
      return connection;
    } catch (SQLException e) {
      close(connection, e);
      throw e;
    }
  }

  public SQLiteConnection checkpointer() throws SQLException {
    SQLiteConnection connection = open();
    try {
      run(connection, "PRAGMA synchronous = FULL");
      return connection;
    } catch (SQLException e) {
      close(connection, e);
      throw e;
    }
  }

  /**
   * Opens a channel to the file itself, on which SQLite holds many locks: close it after all
   * connections.
   */
  public FileChannel file() throws IOException {
    return FileChannel.open(file, StandardOpenOption.WRITE);
  }

  /** Runs one statement without parameters, without any additions by the driver. */
  public static void run(SQLiteConnection connection, String sql) throws SQLException {
    connection.getDatabase().exec(sql, false);
  }

  private SQLiteConnection open() throws SQLException {
    SQLiteConnection connection = JDBC.createConnection("jdbc:sqlite:" + file, new Properties());
    try {
      connection.setBusyTimeout(BUSY_MILLIS);
      // The file's author must not choose which functions run.
      run(connection, "PRAGMA trusted_schema = OFF");
      return connection;
    } catch (SQLException e) {
      close(connection, e);
      throw e;
    }
  }

  private static void cache(SQLiteConnection connection, long bytes) throws SQLException {
    run(connection, "PRAGMA cache_size = -" + bytes / 1024);
  }

  private static void close(SQLiteConnection connection, Exception cause) {
    try {
      connection.close();
    } catch (SQLException e) {
      cause.addSuppressed(e);
    }
  }
}
