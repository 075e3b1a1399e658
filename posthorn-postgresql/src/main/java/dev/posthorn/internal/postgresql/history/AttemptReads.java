package dev.posthorn.internal.postgresql.history;

import dev.posthorn.AttemptKind;
import dev.posthorn.DeliveryState;
import dev.posthorn.Timings;
import dev.posthorn.internal.postgresql.connection.Session;
import dev.posthorn.internal.postgresql.sql.PageScan;
import dev.posthorn.internal.postgresql.sql.Query;
import dev.posthorn.internal.postgresql.sql.Texts;
import dev.posthorn.internal.rows.Values;
import dev.posthorn.spi.store.reads.AttemptFilter;
import dev.posthorn.spi.store.reads.AttemptQuery;
import dev.posthorn.spi.store.reads.Page;
import dev.posthorn.spi.store.reads.PageRequest;
import dev.posthorn.spi.store.rows.AttemptRow;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads attempts of a partition. */
public final class AttemptReads {
  private static final AttemptKind[] KINDS = AttemptKind.values();
  private static final DeliveryState[] STATES = DeliveryState.values();

  static final String COLUMNS =
      "a.id, a.message, a.delivery, a.endpoint, a.kind, a.state, a.spent, a.status, a.error, a.dns,"
          + " a.connect, a.tls, a.first_byte, a.total, a.excerpt, a.next_due";
  private static final String SELECT =
      "SELECT " + COLUMNS + " FROM posthorn.attempt a WHERE a.partition = ? AND ";
  private static final String BY_ID = SELECT + "a.id = ?";

  // An attempt has a greater id than its message: tables of earlier days are not read.
  private static final String OF_MESSAGE = SELECT + "a.message = ? AND a.id > ? ORDER BY a.id";
  private static final String RANGE = " = ? AND a.id > ? AND a.id < ? ORDER BY a.id";
  private static final String PAGE_OF_MESSAGE = SELECT + "a.message" + RANGE;
  private static final String PAGE_OF_ENDPOINT = SELECT + "a.endpoint" + RANGE;
  private static final String OLDEST = " LIMIT ?";
  private static final String NEWEST = " DESC LIMIT ?";

  /**
   * Intersects two indexes, descending: jumps from the last attempt of the message to the last one
   * of the endpoint that is no later, and so on, until both are the same. So it takes at most as
   * many steps as the message or the endpoint has attempts, or a few if these alternate.
   *
   * <p>The message, the endpoint and the id before which to look are columns of {@code w}.
   */
  private static final String LAST_ID =
      "WITH RECURSIVE step(m, e) AS ("
          + "SELECT first.m, "
          + lastOfEndpoint("first.m")
          + " FROM (SELECT a.id AS m FROM posthorn.attempt a WHERE a.partition = w.partition"
          + " AND a.message = w.message AND a.id > w.message AND a.id < w.before"
          + " ORDER BY a.id DESC LIMIT 1) first"
          + " UNION ALL SELECT next.m, "
          + lastOfEndpoint("next.m")
          + " FROM step CROSS JOIN LATERAL (SELECT a.id AS m FROM posthorn.attempt a"
          + " WHERE a.partition = w.partition AND a.message = w.message AND a.id > w.message"
          + " AND a.id <= step.e ORDER BY a.id DESC LIMIT 1) next WHERE step.e < step.m)"
          + " SELECT step.m FROM step WHERE step.m = step.e";

  private static final String LAST =
      "SELECT a.* FROM (SELECT ?::smallint AS partition, u.message, ?::bigint AS endpoint,"
          + " ?::bigint AS before FROM unnest(?::bigint[]) AS u(message)) w"
          + " CROSS JOIN LATERAL ("
          + LAST_ID
          + ") l(id) CROSS JOIN LATERAL ("
          + "SELECT "
          + COLUMNS
          + " FROM posthorn.attempt a WHERE a.partition = w.partition AND a.id = l.id LIMIT 1) a";

  private AttemptReads() {}

  private static String lastOfEndpoint(String upTo) {
    return "(SELECT a.id FROM posthorn.attempt a WHERE a.partition = w.partition"
        + " AND a.endpoint = w.endpoint AND a.id > w.message AND a.id <= "
        + upTo
        + " ORDER BY a.id DESC LIMIT 1)";
  }

  /** Returns an attempt, or null. */
  public static @Nullable AttemptRow attempt(Session session, int partition, long id)
      throws SQLException {
    return Query.one(session, AttemptReads::attempt, BY_ID, partition, id);
  }

  /** Returns all attempts of a message, by id. */
  public static List<AttemptRow> attempts(Session session, int partition, long message)
      throws SQLException {
    return Query.list(session, AttemptReads::attempt, OF_MESSAGE, partition, message, message);
  }

  /** Returns the last attempt of each of some messages for an endpoint before an id. */
  public static Map<Long, AttemptRow> lasts(
      Session session, int partition, long[] messages, long endpoint, long before)
      throws SQLException {
    Map<Long, AttemptRow> found = new HashMap<>();
    for (AttemptRow row :
        Query.list(session, AttemptReads::attempt, LAST, partition, endpoint, before, messages)) {
      found.put(row.message(), row);
    }
    return found;
  }

  /** Returns a page of the attempts of an endpoint or a message. */
  public static Page<AttemptRow> attempts(Session session, int partition, AttemptQuery query)
      throws SQLException {
    return new PageScan<>(range -> chunk(session, partition, query, range), query.page()).run();
  }

  private static List<PageScan.Entry<AttemptRow>> chunk(
      Session session, int partition, AttemptQuery query, PageRequest range) throws SQLException {
    boolean ofMessage = query.message() != 0;
    List<AttemptRow> rows =
        Query.list(
            session,
            AttemptReads::attempt,
            (ofMessage ? PAGE_OF_MESSAGE : PAGE_OF_ENDPOINT)
                + (range.newestFirst() ? NEWEST : OLDEST),
            partition,
            ofMessage ? query.message() : query.endpoint(),
            Math.max(range.after(), query.message()),
            range.before(),
            range.limit());
    AttemptFilter filter = query.filter();
    List<Long> messages = new ArrayList<>();
    for (AttemptRow row : rows) {
      if (isOf(query, row) && filter.asksForMessage()) {
        messages.add(row.message());
      }
    }
    Map<Long, Boolean> matching =
        messages.isEmpty()
            ? Map.of()
            : MessageReads.matching(
                session,
                partition,
                messages.stream().distinct().mapToLong(Long::longValue).toArray(),
                filter.messages());
    List<PageScan.Entry<AttemptRow>> entries = new ArrayList<>(rows.size());
    for (AttemptRow row : rows) {
      boolean listed =
          isOf(query, row)
              && (!filter.asksForMessage() || matching.getOrDefault(row.message(), Boolean.FALSE));
      entries.add(new PageScan.Entry<>(row.id(), () -> listed ? row : null));
    }
    return entries;
  }

  private static boolean isOf(AttemptQuery query, AttemptRow row) {
    return (query.endpoint() == 0 || row.endpoint() == query.endpoint())
        && query.filter().matches(row);
  }

  static AttemptRow attempt(ResultSet row) throws SQLException {
    return AttemptRow.of(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4))
        .kind(KINDS[row.getInt(5)])
        .state(STATES[row.getInt(6)])
        .spent(row.getInt(7))
        .status(row.getInt(8))
        .error(Texts.ofStoredOrNull(row.getString(9)))
        .timings(
            new Timings(
                row.getInt(10), row.getInt(11), row.getInt(12), row.getInt(13), row.getInt(14)))
        .excerpt(Values.bytes(row.getBytes(15)))
        .nextDue(row.getLong(16))
        .build();
  }
}
