package dev.posthorn.internal.sqlite.file;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConnection;

/** One connection for reading, with its prepared statements. */
public final class Reader {
  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Time after which a list that examines many rows ends its page early. */
  private static final long SCAN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final SQLiteConnection connection;
  private final @Nullable ScanPace pace;
  private final Map<String, PreparedStatement> statements = new HashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private boolean running;
  private long started;

  /** Maps the current row to an object. */
  public interface Mapper<T> {
    T map(ResultSet row) throws SQLException;
  }

  public Reader(SQLiteConnection connection) {
    this(connection, null);
  }

  /**
   * Creates a reader.
   *
   * @param pace has long lists rest now and then; null if they never do
   */
  Reader(SQLiteConnection connection, @Nullable ScanPace pace) {
    this.connection = connection;
    this.pace = pace;
  }

  /** Runs a read in a transaction. */
  <T> @Nullable T run(Readers.Find<T> find) throws SQLException {
    begin();
    try {
      Connections.run(connection, "BEGIN");
      try {
        return find.run(this);
      } finally {
        end(); // the end of the transaction must not be interrupted
        Connections.run(connection, "ROLLBACK");
      }
    } finally {
      end();
    }
  }

  /** Runs a read without a transaction, for callers that exclude concurrent writes. */
  public <T> @Nullable T runBare(Readers.Find<T> find) throws SQLException {
    started = System.nanoTime();
    return find.run(this);
  }

  private void begin() {
    lock.lock();
    try {
      running = true;
      started = System.nanoTime();
      if (pace != null) {
        pace.begin();
      }
    } finally {
      lock.unlock();
    }
  }

  private void end() {
    lock.lock();
    try {
      running = false;
    } finally {
      lock.unlock();
    }
  }

  void interruptIfLate() {
    lock.lock();
    try {
      if (running && System.nanoTime() - started > LIMIT_NANOS) {
        connection.getDatabase().interrupt();
      }
    } catch (SQLException e) {
      // The connection is closed: nothing runs on it.
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether a long list should end its page here; may rest before. */
  public boolean scansLong() {
    if (pace != null) {
      pace.rest();
    }
    return System.nanoTime() - started > SCAN_NANOS;
  }

  /** Returns a statement with its parameters set. */
  public PreparedStatement prepare(String sql, Object... parameters) throws SQLException {
    PreparedStatement statement = statements.get(sql);
    if (statement == null) {
      statement = connection.prepareStatement(sql);
      statements.put(sql, statement);
    }
    for (int i = 0; i < parameters.length; i++) {
      statement.setObject(i + 1, parameters[i]);
    }
    return statement;
  }

  public <T> List<T> list(Mapper<T> mapper, String sql, Object... parameters) throws SQLException {
    List<T> list = new ArrayList<>();
    try (ResultSet rows = prepare(sql, parameters).executeQuery()) {
      while (rows.next()) {
        list.add(mapper.map(rows));
      }
    }
    return list;
  }

  public <T> @Nullable T one(Mapper<T> mapper, String sql, Object... parameters)
      throws SQLException {
    try (ResultSet rows = prepare(sql, parameters).executeQuery()) {
      return rows.next() ? mapper.map(rows) : null;
    }
  }

  public void close() throws SQLException {
    connection.close();
  }
}
