package dev.posthorn.internal.postgresql.live;

import dev.posthorn.AttemptKind;
import dev.posthorn.internal.postgresql.connection.Session;
import dev.posthorn.internal.postgresql.sql.Query;
import dev.posthorn.internal.rows.Values;
import dev.posthorn.spi.store.reads.WaitingCount;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.ParkedKey;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads waiting deliveries of a partition. */
public final class LiveReads {
  private static final AttemptKind[] KINDS = AttemptKind.values();
  private static final String HOT =
      "SELECT h.id, h.endpoint, h.message, h.due, h.deadline FROM posthorn.hot h"
          + " WHERE h.partition = ? AND ";

  /** The columns of {@link #parkedRow}, of a table {@code p}. */
  public static final String PARKED_COLUMNS =
      "p.id, p.endpoint, p.message, p.due, p.deadline, p.not_before, p.attempts, p.kind";

  private static final String PARKED =
      "SELECT " + PARKED_COLUMNS + " FROM posthorn.parked p WHERE p.partition = ? AND ";

  private static final String PAGE =
      PARKED + "p.endpoint = ? AND (p.due, p.id) > (?, ?) ORDER BY p.due, p.id LIMIT ?";

  /** A hot row's id is one of the first after its message's, one per target. */
  private static final String HOT_OF_MESSAGE =
      HOT
          + "h.id > ? AND h.id <= ? + (SELECT length(m.targets) / 8 FROM posthorn.message m"
          + " WHERE m.partition = ? AND m.id = ?) AND h.message = ?";

  /** Selects a message's targets if some of its rows are hot. */
  private static final String TARGETS_IF_HOT =
      "SELECT m.targets FROM posthorn.message m WHERE m.partition = ? AND m.id = ? AND EXISTS"
          + " (SELECT FROM posthorn.hot h WHERE h.partition = m.partition AND h.id > m.id"
          + " AND h.id <= m.id + length(m.targets) / 8)";

  private static final String HOT_OF_ID = HOT + "h.id = ? AND h.message = ?";
  private static final String PARKED_OF_MESSAGE = PARKED + "p.message = ?";
  private static final String PARKED_FOR_ENDPOINT = PARKED + "p.message = ? AND p.endpoint = ?";

  /** Columns of a count; rows of {@code hot} have no attempts yet. */
  private static final String WAITING =
      "SELECT count(*), count(*) FILTER (WHERE attempted) FROM (SELECT attempted FROM"
          + " (SELECT p.attempts > 0 AS attempted FROM posthorn.parked p WHERE p.partition = ?"
          + " AND p.endpoint = ? LIMIT ?) parked"
          + " UNION ALL SELECT attempted FROM"
          + " (SELECT false AS attempted FROM posthorn.hot h WHERE h.partition = ?"
          + " AND h.endpoint = ? LIMIT ?) hot LIMIT ?) waiting";

  private LiveReads() {}

  public static List<LiveRow> parked(
      Session session, int partition, long endpoint, ParkedKey after, int limit)
      throws SQLException {
    return Query.list(
        session, LiveReads::parkedRow, PAGE, partition, endpoint, after.due(), after.id(), limit);
  }

  /** Counts an endpoint's rows, hot and parked, up to a limit; a partition has few hot rows. */
  public static WaitingCount waiting(Session session, int partition, long endpoint, int most)
      throws SQLException {
    WaitingCount count =
        Query.one(
            session,
            row -> new WaitingCount(row.getInt(1), row.getInt(2)),
            WAITING,
            partition,
            endpoint,
            most,
            partition,
            endpoint,
            most,
            most);
    return count == null ? new WaitingCount(0, 0) : count;
  }

  /** Returns the live rows of a message, by endpoint. */
  public static List<LiveRow> ofMessage(Session session, int partition, long message)
      throws SQLException {
    List<LiveRow> rows =
        Query.list(
            session,
            LiveReads::hotRow,
            HOT_OF_MESSAGE,
            partition,
            message,
            message,
            partition,
            message,
            message);
    rows.addAll(Query.list(session, LiveReads::parkedRow, PARKED_OF_MESSAGE, partition, message));
    rows.sort(Comparator.comparingLong(LiveRow::endpoint).thenComparingLong(LiveRow::id));
    return rows;
  }

  /** Returns the live rows of a message for one endpoint, by id. */
  public static List<LiveRow> ofMessage(Session session, int partition, long message, long endpoint)
      throws SQLException {
    List<LiveRow> rows = new ArrayList<>(1);
    LiveRow hot = hotFor(session, partition, message, endpoint);
    if (hot != null) {
      rows.add(hot);
    }
    rows.addAll(
        Query.list(
            session, LiveReads::parkedRow, PARKED_FOR_ENDPOINT, partition, message, endpoint));
    rows.sort(Comparator.comparingLong(LiveRow::id));
    return rows;
  }

  private static @Nullable LiveRow hotFor(
      Session session, int partition, long message, long endpoint) throws SQLException {
    long[] targets =
        Query.one(session, row -> Values.ids(row.getBytes(1)), TARGETS_IF_HOT, partition, message);
    for (int i = 0; targets != null && i < targets.length; i++) {
      if (targets[i] == endpoint) {
        return Query.one(
            session, LiveReads::hotRow, HOT_OF_ID, partition, message + 1 + i, message);
      }
    }
    return null;
  }

  static LiveRow hotRow(ResultSet row) throws SQLException {
    return LiveRow.hot(
        row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4), row.getLong(5));
  }

  static LiveRow parkedRow(ResultSet row) throws SQLException {
    return parkedRow(row, 0);
  }

  /** Maps a row of {@code parked} whose columns come after so many others. */
  public static LiveRow parkedRow(ResultSet row, int others) throws SQLException {
    return LiveRow.parked(
            row.getLong(others + 1),
            row.getLong(others + 2),
            row.getLong(others + 3),
            row.getLong(others + 4),
            row.getLong(others + 5),
            KINDS[row.getInt(others + 8)])
        .parkedUntil(row.getLong(others + 4), row.getLong(others + 6))
        .withAttempts(row.getInt(others + 7));
  }
}
