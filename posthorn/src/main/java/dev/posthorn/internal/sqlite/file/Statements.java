package dev.posthorn.internal.sqlite.file;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.sqlite.SQLiteConnection;

/** The writer's prepared statements: each is compiled once, and all are cleared together. */
public final class Statements {
  private final SQLiteConnection connection;
  private final Map<String, PreparedStatement> bySql = new HashMap<>();

  public Statements(SQLiteConnection connection) {
    this.connection = connection;
  }

  public PreparedStatement get(String sql) throws SQLException {
    PreparedStatement statement = bySql.get(sql);
    if (statement == null) {
      statement = connection.prepareStatement(sql);
      bySql.put(sql, statement);
    }
    return statement;
  }

  /** Discards rows that were bound but not executed. */
  public void clear() throws SQLException {
    for (PreparedStatement statement : bySql.values()) {
      statement.clearBatch();
    }
  }
}
