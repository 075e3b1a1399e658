package dev.posthorn.bench.delivery;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/** The floor's tables in a SQLite file. */
public final class SqliteFloorStore implements FloorStore {
  private final Connection database;
  private final PreparedStatement message;
  private final PreparedStatement live;
  private final PreparedStatement unlive;
  private final PreparedStatement attempt;

  SqliteFloorStore(Path file) throws SQLException {
    database = open(file);
    message = database.prepareStatement("INSERT INTO message VALUES(?,?,?)");
    live = database.prepareStatement("INSERT INTO live VALUES(?,?)");
    unlive = database.prepareStatement("DELETE FROM live WHERE id=?");
    attempt = database.prepareStatement("INSERT INTO attempt VALUES(?,?,?,200)");
  }

  private static Connection open(Path file) throws SQLException {
    Connection database = DriverManager.getConnection("jdbc:sqlite:" + file);
    try (var statement = database.createStatement()) {
      statement.execute("PRAGMA journal_mode=WAL");
      statement.execute("PRAGMA synchronous=FULL");
      statement.execute(
          "CREATE TABLE IF NOT EXISTS message("
              + "id INTEGER PRIMARY KEY, endpoint INTEGER, body BLOB)");
      statement.execute(
          "CREATE TABLE IF NOT EXISTS live(id INTEGER PRIMARY KEY, endpoint INTEGER)");
      statement.execute(
          "CREATE TABLE IF NOT EXISTS attempt("
              + "id INTEGER PRIMARY KEY, message INTEGER, endpoint INTEGER, status INTEGER)");
    }
    database.setAutoCommit(false);
    return database;
  }

  /** Puts so many messages with an attempt each into a new file. */
  public static void fill(Path file, int count, int bytes, int endpoints) throws SQLException {
    try (Connection database = open(file);
        PreparedStatement message = database.prepareStatement("INSERT INTO message VALUES(?,?,?)");
        PreparedStatement attempt =
            database.prepareStatement("INSERT INTO attempt VALUES(?,?,?,200)")) {
      byte[] body = new byte[bytes];
      for (int i = 0; i < count; i++) {
        long id = 2L * i + 1;
        message.setLong(1, id);
        message.setInt(2, i % endpoints);
        message.setBytes(3, body);
        message.addBatch();
        attempt.setLong(1, id + 1);
        attempt.setLong(2, id);
        attempt.setInt(3, i % endpoints);
        attempt.addBatch();
        if (i % MAX_BATCH == MAX_BATCH - 1 || i == count - 1) {
          message.executeBatch();
          attempt.executeBatch();
          database.commit();
        }
      }
    }
  }

  @Override
  public long lastId() throws SQLException {
    try (var statement = database.createStatement();
        var last = statement.executeQuery("SELECT max(id) FROM attempt")) {
      return last.getLong(1);
    }
  }

  @Override
  public long write(List<FloorItem> batch) throws SQLException {
    for (FloorItem item : batch) {
      if (item.sent) {
        unlive.setLong(1, item.id);
        unlive.executeUpdate();
        attempt.setLong(1, item.attempt);
        attempt.setLong(2, item.id);
        attempt.setInt(3, item.endpoint);
        attempt.executeUpdate();
      } else {
        message.setLong(1, item.id);
        message.setInt(2, item.endpoint);
        message.setBytes(3, item.body);
        message.executeUpdate();
        live.setLong(1, item.id);
        live.setInt(2, item.endpoint);
        live.executeUpdate();
      }
    }
    long start = System.nanoTime();
    database.commit();
    return System.nanoTime() - start;
  }

  @Override
  public void close() throws SQLException {
    database.close();
  }
}
