package dev.posthorn.internal.postgresql.sql;

import dev.posthorn.internal.postgresql.connection.Session;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs single statements with parameters. */
public final class Query {
  private Query() {}

  /** Maps the current row to an object. */
  public interface Mapper<T> {
    T map(ResultSet row) throws SQLException;
  }

  /** Returns all rows of a query. */
  public static <T> List<T> list(
      Session session, Mapper<T> mapper, String sql, Object... parameters) throws SQLException {
    try (PreparedStatement statement = session.prepare(sql)) {
      set(statement, parameters);
      List<T> list = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          list.add(mapper.map(rows));
        }
      }
      return list;
    }
  }

  /** Returns the first row of a query, or null. */
  public static <T> @Nullable T one(
      Session session, Mapper<T> mapper, String sql, Object... parameters) throws SQLException {
    try (PreparedStatement statement = session.prepare(sql)) {
      set(statement, parameters);
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next() ? mapper.map(rows) : null;
      }
    }
  }

  /** Runs a statement that changes rows; returns their number. */
  public static int update(Session session, String sql, @Nullable Object... parameters)
      throws SQLException {
    try (PreparedStatement statement = session.prepare(sql)) {
      set(statement, parameters);
      return statement.executeUpdate();
    }
  }

  /** Sets all parameters of a statement. */
  public static void set(PreparedStatement statement, @Nullable Object... parameters)
      throws SQLException {
    for (int i = 0; i < parameters.length; i++) {
      statement.setObject(i + 1, parameters[i]);
    }
  }

  /** Returns a list of numbers as an array, which is one parameter. */
  public static long[] array(List<Long> numbers) {
    return numbers.stream().mapToLong(Long::longValue).toArray();
  }
}
