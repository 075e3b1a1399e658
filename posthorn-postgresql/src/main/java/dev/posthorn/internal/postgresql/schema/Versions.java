package dev.posthorn.internal.postgresql.schema;

import dev.posthorn.internal.postgresql.connection.Session;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The table of the scripts that were run. */
final class Versions {
  /** The schema and the table, which exist before the first script. */
  static final String CREATE_TABLE =
      """
      CREATE TABLE IF NOT EXISTS posthorn.schema_version (
          version integer     NOT NULL PRIMARY KEY,
          hash    text        NOT NULL,
          oldest  integer     NOT NULL,
          applied timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP
      )\
      """;

  /**
   * A script that was run.
   *
   * @param version the version after it
   * @param hash the hash of its text
   * @param oldest the oldest version whose programs can use the schema after it
   */
  record Applied(int version, String hash, int oldest) {}

  private Versions() {}

  /** Returns whether the table exists, and this user can see it. */
  static boolean exist(Session session) throws SQLException {
    try (PreparedStatement statement =
        session
            .connection()
            .prepareStatement(
                """
                SELECT 1 FROM pg_catalog.pg_class c
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname = ? AND c.relname = 'schema_version'\
                """)) {
      statement.setString(1, session.schema().name());
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next();
      }
    }
  }

  /** Returns whether somebody runs scripts. */
  static boolean isLocked(Session session) throws SQLException {
    try (PreparedStatement statement =
            session.prepare(
                """
                SELECT 1 FROM pg_catalog.pg_locks
                WHERE relation = 'posthorn.schema_version'::regclass AND mode = 'ExclusiveLock'
                AND database =
                  (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
                LIMIT 1\
                """);
        ResultSet rows = statement.executeQuery()) {
      return rows.next();
    }
  }

  /**
   * Keeps everybody else from running scripts until the transaction ends. Waits for whoever does
   * for as long as a script may take; the limit of the session is for locks that others need.
   */
  static void lock(Session session) throws SQLException {
    run(
        session,
        """
        DO $$
        DECLARE
          usual text := current_setting('lock_timeout');
        BEGIN
          PERFORM set_config('lock_timeout', '0', true);
          LOCK TABLE posthorn.schema_version IN EXCLUSIVE MODE;
          PERFORM set_config('lock_timeout', usual, true);
        END $$\
        """);
  }

  /**
   * Keeps nodes from writing until the transaction ends, if there are any: each of their
   * transactions begins with its row of this table, so none waits for a table that a script has
   * changed while it holds one that the script needs next.
   */
  static final String STOP_WRITERS =
      """
      DO $$
      BEGIN
        IF to_regclass('posthorn.node') IS NOT NULL THEN
          LOCK TABLE posthorn.node IN EXCLUSIVE MODE;
        END IF;
      END $$\
      """;

  /** Returns the scripts that were run, by version. */
  static List<Applied> applied(Session session) throws SQLException {
    try (PreparedStatement statement =
            session.prepare(
                "SELECT version, hash, oldest FROM posthorn.schema_version ORDER BY version");
        ResultSet rows = statement.executeQuery()) {
      List<Applied> found = new ArrayList<>();
      while (rows.next()) {
        found.add(new Applied(rows.getInt(1), rows.getString(2), rows.getInt(3)));
      }
      return found;
    }
  }

  /** Returns the statement that notes that a script was run. */
  static String note(Script script) {
    return "INSERT INTO posthorn.schema_version (version, hash, oldest) VALUES ("
        + script.version()
        + ", '"
        + script.hash()
        + "', "
        + script.oldest()
        + ")";
  }

  static void run(Session session, String sql) throws SQLException {
    try (var statement = session.connection().createStatement()) {
      statement.execute(session.schema().replacedIn(sql));
    }
  }
}
