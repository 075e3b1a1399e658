package dev.posthorn.internal.copy;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.function.LongToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a kind in a table of an SQL database.
 *
 * @param select SQL that selects all of them, without a condition and an order
 * @param key the columns, all numbers, by which they are ordered; empty for any order
 * @param owner the expression of what tells a row's partition, or null if it has none
 * @param mapper reads a row, from the columns of {@code select}
 * @param <R> the type of the rows
 */
public record TableExport<R>(
    String select, List<String> key, @Nullable String owner, Mapper<R> mapper) {
  private static final String FROM = " FROM ";

  /** Maps the current row to an object. */
  @FunctionalInterface
  public interface Mapper<R> {
    /** Returns the current row. */
    R map(ResultSet row) throws SQLException;
  }

  /** Returns the SQL that selects the rows after a position, whose numbers are its parameters. */
  public String sql(Position after) {
    int from = select.indexOf(FROM);
    StringBuilder sql = new StringBuilder(select.substring(0, from));
    for (int i = 0; i < key.size(); i++) {
      sql.append(", ").append(key.get(i)).append(" AS key_").append(i);
    }
    sql.append(", ").append(owner == null ? "0" : owner).append(" AS owner");
    sql.append(select.substring(from));
    String keys = String.join(", ", key);
    if (!after.isStart()) {
      sql.append(" WHERE (").append(keys).append(") > (");
      sql.append("?, ".repeat(key.size() - 1)).append("?)");
    }
    return key.isEmpty() ? sql.toString() : sql.append(" ORDER BY ").append(keys).toString();
  }

  /**
   * Runs a statement that was prepared from {@link #sql}.
   *
   * @param partition returns the partition of an owner
   */
  public void each(
      PreparedStatement statement,
      Position after,
      LongToIntFunction partition,
      StoreExport.Sink<R> sink)
      throws SQLException {
    for (int i = 0; i < after.key().length; i++) {
      statement.setLong(i + 1, after.key()[i]);
    }
    try (ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        sink.accept(new Exported<>(position(row), partition(row, partition), mapper.map(row)));
      }
    }
  }

  private Position position(ResultSet row) throws SQLException {
    long[] numbers = new long[key.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = row.getLong("key_" + i);
    }
    return new Position(numbers);
  }

  private int partition(ResultSet row, LongToIntFunction partition) throws SQLException {
    if (owner == null) {
      return 0;
    }
    long found = row.getLong("owner");
    return row.wasNull() ? Exported.UNKNOWN : partition.applyAsInt(found);
  }
}
