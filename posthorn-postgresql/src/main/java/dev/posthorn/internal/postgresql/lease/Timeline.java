package dev.posthorn.internal.postgresql.lease;

import dev.posthorn.internal.postgresql.connection.Session;
import dev.posthorn.internal.postgresql.connection.SingleConnection;
import dev.posthorn.internal.postgresql.sql.Query;
import java.sql.SQLException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The timeline of the database: another one after a standby was promoted, or a backup recovered.
 * Then the last commits may be missing, so what a process knows of its rows is void.
 *
 * @param number its number, or {@link #UNKNOWN}
 */
record Timeline(int number) {
  private static final Logger LOG = LoggerFactory.getLogger(Timeline.class);

  /** The number of a timeline that the database does not tell. */
  static final int UNKNOWN = 0;

  /** The first eight digits of the name of the file that is written. */
  private static final String NOW =
      "pg_catalog.substr(pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn()), 1, 8)";

  /** Classes of the errors of a server that has no such functions, or does not let us call them. */
  private static final List<String> UNSUPPORTED = List.of("42", "0A");

  private static final int HEXADECIMAL = 16;

  /** The bits of an epoch that count those who took over. */
  private static final int TAKEOVER_BITS = 20;

  /** Reads the present timeline. */
  static Timeline read(SingleConnection connection) throws SQLException {
    try {
      String present =
          connection.transact(
              session -> Query.list(session, row -> row.getString(1), "SELECT " + NOW).getFirst());
      return new Timeline(Integer.parseUnsignedInt(present, HEXADECIMAL));
    } catch (SQLException e) {
      String state = String.valueOf(e.getSQLState());
      if (UNSUPPORTED.stream().noneMatch(state::startsWith)) {
        throw e;
      }
      LOG.debug("No timeline", e);
      return new Timeline(UNKNOWN);
    }
  }

  /** Returns the timeline in which a node with an epoch joined, as far as the epoch tells. */
  static Timeline ofEpoch(long epoch) {
    return new Timeline((int) (epoch >> TAKEOVER_BITS));
  }

  /** Returns the first epoch of a node that joins in this timeline. */
  long firstEpoch() {
    return ((long) number << TAKEOVER_BITS) + 1;
  }

  /** Returns whether this is certainly not the same as another one. */
  boolean differsFrom(Timeline other) {
    return number != UNKNOWN && other.number != UNKNOWN && number != other.number;
  }

  /**
   * Returns the condition, beginning with {@code AND}, that the database is still in this timeline;
   * empty if it does not tell.
   */
  String condition() {
    return number == UNKNOWN ? "" : " AND " + NOW + " = '%08X'".formatted(number);
  }

  /** Returns whether the database is still in this timeline. */
  boolean isPresent(Session session) throws SQLException {
    return number == UNKNOWN
        || Query.one(session, row -> row.getInt(1), "SELECT 1 WHERE true" + condition()) != null;
  }
}
