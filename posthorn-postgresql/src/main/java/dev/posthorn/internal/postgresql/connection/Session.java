package dev.posthorn.internal.postgresql.connection;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;

/**
 * A connection within a transaction. Statements are written for the schema {@code posthorn}, whose
 * name goes before every table ({@link SchemaName}). The driver keeps prepared statements by their
 * text, so a statement is prepared anew each time, and closed.
 *
 * @param connection the connection; whoever has the session must neither commit, roll back nor
 *     close it
 * @param schema the schema that has the tables
 */
public record Session(Connection connection, SchemaName schema) {

  /** Prepares a statement. */
  public PreparedStatement prepare(String sql) throws SQLException {
    return connection.prepareStatement(schema.sql(sql));
  }

  /** Makes an array of {@code bigint} for a parameter. */
  public Array bigints(Collection<Long> values) throws SQLException {
    return connection.createArrayOf("bigint", values.toArray());
  }
}
