package dev.posthorn.internal.postgresql.lease;

import dev.posthorn.internal.postgresql.connection.SingleConnection;
import dev.posthorn.internal.postgresql.sql.Query;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The timeline of the database: another one after a standby was promoted, or a backup recovered.
 * Then the last commits may be missing, so what a process knows of its rows is void.
 */
final class Timeline {
  private static final Logger LOG = LoggerFactory.getLogger(Timeline.class);

  /** The first eight digits of the name of the file that is written. */
  private static final String NOW =
      "pg_catalog.substr(pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn()), 1, 8)";

  private Timeline() {}

  /**
   * Returns the condition, beginning with {@code AND}, that the database is still in its present
   * timeline; empty if it does not tell.
   */
  static String condition(SingleConnection connection) throws SQLException {
    try {
      String present =
          connection.transact(
              session -> Query.list(session, row -> row.getString(1), "SELECT " + NOW).getFirst());
      return " AND " + NOW + " = '" + present + "'";
    } catch (SQLException e) {
      if (String.valueOf(e.getSQLState()).startsWith("08")) {
        throw e;
      }
      LOG.debug("No timeline", e);
      return "";
    }
  }
}
