package dev.posthorn.internal.postgresql.schema;

import dev.posthorn.internal.postgresql.connection.Session;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The privileges that a running program needs: to read and write the rows of every table. */
final class Privileges {
  private static final String TABLES =
      """
      SELECT bool_and(has_schema_privilege(n.oid, 'USAGE')),
             bool_and(has_table_privilege(c.oid, 'SELECT')
                 AND (c.relname = 'schema_version'
                     OR has_table_privilege(c.oid, 'INSERT')
                     AND has_table_privilege(c.oid, 'UPDATE')
                     AND has_table_privilege(c.oid, 'DELETE'))),
             current_user
      FROM pg_catalog.pg_namespace n
      JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relkind IN ('r', 'p')
      WHERE n.nspname = ?""";

  private Privileges() {}

  /** Returns the statements that grant what is missing. */
  static List<String> missing(Session session) throws SQLException {
    try (PreparedStatement statement = session.connection().prepareStatement(TABLES)) {
      statement.setString(1, session.schema().name());
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        if (row.getObject(1) == null) {
          return List.of(); // there is no table yet
        }
        String schema = session.schema().quoted();
        String user = '"' + String.valueOf(row.getString(3)).replace("\"", "\"\"") + '"';
        List<String> grants = new ArrayList<>();
        if (!row.getBoolean(1)) {
          grants.add("GRANT USAGE ON SCHEMA " + schema + " TO " + user);
        }
        if (!row.getBoolean(2)) {
          grants.add(
              "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA "
                  + schema
                  + " TO "
                  + user);
        }
        return grants;
      }
    }
  }
}
