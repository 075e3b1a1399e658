package dev.posthorn.bench.delivery;

import java.sql.Array;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * The floor's tables in PostgreSQL. A batch is four statements with arrays that are sent together,
 * so it takes one round trip, and one transaction that ends with it.
 */
final class PostgresqlFloorStore implements FloorStore {
  private static final String TABLES =
      """
      CREATE TABLE IF NOT EXISTS message(id bigint PRIMARY KEY, endpoint integer, body bytea);
      CREATE TABLE IF NOT EXISTS live(id bigint PRIMARY KEY, endpoint integer);
      CREATE TABLE IF NOT EXISTS attempt(
        id bigint PRIMARY KEY, message bigint, endpoint integer, status integer)""";
  private static final String WRITE =
      """
      INSERT INTO message SELECT * FROM unnest(?::bigint[], ?::integer[], ?::bytea[]);
      INSERT INTO live SELECT * FROM unnest(?::bigint[], ?::integer[]);
      DELETE FROM live WHERE id = ANY(?::bigint[]);
      INSERT INTO attempt
        SELECT id, message, endpoint, 200
        FROM unnest(?::bigint[], ?::bigint[], ?::integer[]) AS sent(id, message, endpoint)""";

  private final Connection database;
  private final PreparedStatement write;

  PostgresqlFloorStore(String url) throws SQLException {
    database = DriverManager.getConnection(url);
    try (var statement = database.createStatement()) {
      statement.execute(TABLES);
      // Without it, a plan made while the live rows were few reads all of their dead ones.
      statement.execute("SET enable_seqscan = off");
    }
    write = database.prepareStatement(WRITE);
  }

  @Override
  public long lastId() throws SQLException {
    try (var statement = database.createStatement();
        var last = statement.executeQuery("SELECT coalesce(max(id), 0) FROM attempt")) {
      last.next();
      return last.getLong(1);
    }
  }

  @Override
  public long write(List<FloorItem> batch) throws SQLException {
    List<FloorItem> fresh = batch.stream().filter(item -> !item.sent).toList();
    List<FloorItem> sent = batch.stream().filter(item -> item.sent).toList();
    Array freshIds = bigints(fresh.stream().mapToLong(item -> item.id));
    Array freshEndpoints = integers(fresh.stream().mapToInt(item -> item.endpoint));
    Array sentIds = bigints(sent.stream().mapToLong(item -> item.id));
    write.setArray(1, freshIds);
    write.setArray(2, freshEndpoints);
    write.setArray(
        3,
        database.createArrayOf(
            "bytea", fresh.stream().map(item -> item.body).toArray(byte[][]::new)));
    write.setArray(4, freshIds);
    write.setArray(5, freshEndpoints);
    write.setArray(6, sentIds);
    write.setArray(7, bigints(sent.stream().mapToLong(item -> item.attempt)));
    write.setArray(8, sentIds);
    write.setArray(9, integers(sent.stream().mapToInt(item -> item.endpoint)));
    long start = System.nanoTime();
    write.execute();
    return System.nanoTime() - start;
  }

  private Array bigints(LongStream values) throws SQLException {
    return database.createArrayOf("int8", values.boxed().toArray(Long[]::new));
  }

  private Array integers(IntStream values) throws SQLException {
    return database.createArrayOf("int4", values.boxed().toArray(Integer[]::new));
  }

  @Override
  public void close() throws SQLException {
    database.close();
  }
}
