package dev.posthorn.internal.sqlite.live;

import dev.posthorn.AttemptKind;
import dev.posthorn.internal.rows.Values;
import dev.posthorn.internal.sqlite.file.Reader;
import dev.posthorn.spi.store.reads.WaitingCount;
import dev.posthorn.spi.store.rows.CancelMark;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.ParkedKey;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads waiting deliveries. */
public final class LiveReads {
  private static final AttemptKind[] KINDS = AttemptKind.values();
  static final String HOT = "SELECT id, endpoint, message, due, deadline FROM hot";
  static final String PARKED =
      "SELECT id, endpoint, message, due, deadline, not_before, attempts, kind FROM ";

  /** Columns of a count; rows of {@code hot} have no attempts yet. */
  private static final String WAITING =
      "SELECT count(*), total(attempted) FROM ("
          + counted("attempts > 0", "parked")
          + " UNION ALL "
          + counted("attempts > 0", "parked_new")
          + " UNION ALL "
          + counted("0", "hot")
          + " LIMIT ?2)";

  /** Selects a message's targets if some of its rows are hot. */
  private static final String TARGETS_IF_HOT =
      "SELECT targets FROM message WHERE id = ?1 AND EXISTS"
          + " (SELECT 1 FROM hot WHERE id > ?1 AND id <= ?1 + length(targets) / 8)";

  /**
   * Selects parked rows of a message for an endpoint: the index by message contains the endpoint
   * too, as part of the primary key.
   */
  private static final String PARKED_FOR_ENDPOINT = parked("message = ?1 AND endpoint = ?2");

  private LiveReads() {}

  private static String counted(String attempted, String table) {
    return "SELECT * FROM (SELECT "
        + attempted
        + " AS attempted FROM "
        + table
        + " WHERE endpoint = ?1 LIMIT ?2)";
  }

  /** Returns a query of both tables that hold parked rows; an ORDER BY and a LIMIT may follow. */
  private static String parked(String condition) {
    return PARKED
        + "parked WHERE "
        + condition
        + " UNION ALL "
        + PARKED
        + "parked_new WHERE "
        + condition;
  }

  public static List<LiveRow> hot(Reader reader, long afterId, int limit) throws SQLException {
    return reader.list(
        LiveReads::hotRow, HOT + " WHERE id > ? ORDER BY id LIMIT ?", afterId, limit);
  }

  public static List<LiveRow> parked(Reader reader, long endpoint, ParkedKey after, int limit)
      throws SQLException {
    return reader.list(
        LiveReads::parkedRow,
        parked("endpoint = ?1 AND (due, id) > (?2, ?3)") + " ORDER BY due, id LIMIT ?4",
        endpoint,
        after.due(),
        after.id(),
        limit);
  }

  public static List<LiveRow> parkedBefore(Reader reader, long deadline, int limit)
      throws SQLException {
    return reader.list(
        LiveReads::parkedRow,
        parked("deadline < ?1") + " ORDER BY deadline LIMIT ?2",
        deadline,
        limit);
  }

  /**
   * Returns the first parked row of each endpoint, jumping from endpoint to endpoint along the
   * primary key.
   */
  public static List<LiveRow> parkedHeads(Reader reader, long afterEndpoint, int limit)
      throws SQLException {
    List<LiveRow> heads = new ArrayList<>();
    long endpoint = afterEndpoint;
    while (heads.size() < limit) {
      LiveRow head = nextHead(reader, endpoint);
      if (head == null) {
        break;
      }
      heads.add(head);
      endpoint = head.endpoint();
    }
    return heads;
  }

  private static @Nullable LiveRow nextHead(Reader reader, long endpoint) throws SQLException {
    return reader.one(
        LiveReads::parkedRow,
        parked("endpoint > ?1") + " ORDER BY endpoint, due, id LIMIT 1",
        endpoint);
  }

  /** Counts an endpoint's rows, hot and parked, up to a limit; the table {@code hot} is small. */
  public static WaitingCount waiting(Reader reader, long endpoint, int most) throws SQLException {
    WaitingCount count =
        reader.one(row -> new WaitingCount(row.getInt(1), row.getInt(2)), WAITING, endpoint, most);
    return count == null ? new WaitingCount(0, 0) : count;
  }

  /**
   * Returns the live rows of a message. A hot row's id is one of the first after its message's, one
   * per target.
   */
  public static List<LiveRow> ofMessage(Reader reader, long message) throws SQLException {
    List<LiveRow> rows =
        reader.list(
            LiveReads::hotRow,
            HOT
                + " WHERE id > ?1 AND id <= ?1 + (SELECT length(targets) / 8 FROM message"
                + " WHERE id = ?1) AND message = ?1",
            message);
    rows.addAll(reader.list(LiveReads::parkedRow, parked("message = ?1"), message));
    rows.sort(Comparator.comparingLong(LiveRow::endpoint).thenComparingLong(LiveRow::id));
    return rows;
  }

  public static List<LiveRow> ofMessage(Reader reader, long message, long endpoint)
      throws SQLException {
    List<LiveRow> rows = new ArrayList<>(1);
    LiveRow hot = hotFor(reader, message, endpoint);
    if (hot != null) {
      rows.add(hot);
    }
    rows.addAll(reader.list(LiveReads::parkedRow, PARKED_FOR_ENDPOINT, message, endpoint));
    rows.sort(Comparator.comparingLong(LiveRow::id));
    return rows;
  }

  private static @Nullable LiveRow hotFor(Reader reader, long message, long endpoint)
      throws SQLException {
    long[] targets = reader.one(row -> Values.ids(row.getBytes(1)), TARGETS_IF_HOT, message);
    for (int i = 0; targets != null && i < targets.length; i++) {
      if (targets[i] == endpoint) {
        return reader.one(LiveReads::hotRow, HOT + " WHERE id = ?", message + 1 + i);
      }
    }
    return null;
  }

  /** Returns cancellations in force after one of a message and an endpoint. */
  public static List<CancelMark> cancelMarks(Reader reader, long message, long endpoint, int limit)
      throws SQLException {
    return reader.list(
        row -> new CancelMark(row.getLong(1), row.getLong(2), row.getLong(3)),
        "SELECT message, endpoint, up_to FROM cancel_mark WHERE (message, endpoint) > (?, ?)"
            + " ORDER BY message, endpoint LIMIT ?",
        message,
        endpoint,
        limit);
  }

  static LiveRow hotRow(ResultSet row) throws SQLException {
    return LiveRow.hot(
        row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4), row.getLong(5));
  }

  static LiveRow parkedRow(ResultSet row) throws SQLException {
    return LiveRow.parked(
            row.getLong(1),
            row.getLong(2),
            row.getLong(3),
            row.getLong(4),
            row.getLong(5),
            KINDS[row.getInt(8)])
        .parkedUntil(row.getLong(4), row.getLong(6))
        .withAttempts(row.getInt(7));
  }
}
