package dev.posthorn.internal.postgresql.history;

import dev.posthorn.internal.id.Ids;
import dev.posthorn.internal.postgresql.connection.Session;
import dev.posthorn.internal.postgresql.sql.Query;
import dev.posthorn.spi.store.rows.HourCounts;
import dev.posthorn.spi.store.rows.HourRow;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Counts attempts by hour and endpoint, behind the commits: counting them with each batch would
 * change the same few rows again and again. In each partition, attempts up to {@code
 * hour_progress.counted_to} are counted in {@code endpoint_hour}; whoever reads adds the few that
 * are not. Ids of attempts grow from batch to batch, so none is missed.
 */
public final class HourCounter {
  private static final long HOUR = TimeUnit.HOURS.toMillis(1);

  /** Columns of the counts of attempts {@code a}. */
  private static final String COUNTS =
      "count(*) FILTER (WHERE a.state = 1) AS succeeded,"
          + " count(*) FILTER (WHERE a.state = 2) AS failed,"
          + " count(*) FILTER (WHERE a.state = 3) AS cancelled,"
          + " count(*) FILTER (WHERE a.kind <> 3) AS attempts,"
          + " count(*) FILTER (WHERE a.kind <> 3 AND a.status / 100 <> 2) AS failed_attempts";

  /** Condition that an attempt counts: it is no manual test, and something happened. */
  private static final String COUNTED = "a.kind <> 2 AND (a.kind <> 3 OR a.state <> 0)";

  private static final String HOUR_OF_ATTEMPT = "(a.id >> 21) / 3600000";

  private static final String COUNT =
      "INSERT INTO posthorn.endpoint_hour AS h(partition, hour, endpoint, succeeded, failed,"
          + " cancelled, attempts, failed_attempts) SELECT a.partition, "
          + HOUR_OF_ATTEMPT
          + ", a.endpoint, "
          + COUNTS
          + " FROM posthorn.hour_progress g JOIN posthorn.attempt a ON a.partition = g.partition"
          + " AND a.id > g.counted_to WHERE g.partition = ANY(?::smallint[]) AND "
          + COUNTED
          + " GROUP BY 1, 2, 3 ON CONFLICT (partition, hour, endpoint) DO UPDATE SET"
          + " succeeded = h.succeeded + excluded.succeeded, failed = h.failed + excluded.failed,"
          + " cancelled = h.cancelled + excluded.cancelled,"
          + " attempts = h.attempts + excluded.attempts,"
          + " failed_attempts = h.failed_attempts + excluded.failed_attempts";
  private static final String MOVE =
      "UPDATE posthorn.hour_progress g SET counted_to = l.id FROM (SELECT p.partition,"
          + " (SELECT a.id FROM posthorn.attempt a WHERE a.partition = p.partition"
          + " AND a.id > p.counted_to ORDER BY a.id DESC LIMIT 1) AS id"
          + " FROM posthorn.hour_progress p WHERE p.partition = ANY(?::smallint[])) l"
          + " WHERE g.partition = l.partition AND g.counted_to < l.id";

  private static final String UNCOUNTED =
      "SELECT g.partition, a.id FROM posthorn.hour_progress g CROSS JOIN LATERAL"
          + " (SELECT a.id FROM posthorn.attempt a WHERE a.partition = g.partition"
          + " AND a.id > g.counted_to ORDER BY a.id LIMIT 1) a";

  /** Jumps from hour to hour along the primary key. */
  private static final String HOURS =
      "WITH RECURSIVE present(hour) AS ("
          + "(SELECT h.hour FROM posthorn.endpoint_hour h WHERE h.partition = ? AND h.hour >= ?"
          + " AND h.hour < ? ORDER BY h.hour LIMIT 1)"
          + " UNION ALL SELECT n.hour FROM present CROSS JOIN LATERAL"
          + " (SELECT h.hour FROM posthorn.endpoint_hour h WHERE h.partition = ?"
          + " AND h.hour > present.hour AND h.hour < ? ORDER BY h.hour LIMIT 1) n)"
          + " SELECT c.hour, sum(c.succeeded), sum(c.failed), sum(c.cancelled), sum(c.attempts),"
          + " sum(c.failed_attempts) FROM ("
          + "SELECT h.hour, h.succeeded, h.failed, h.cancelled, h.attempts, h.failed_attempts"
          + " FROM present JOIN posthorn.endpoint_hour h"
          + " ON h.partition = ? AND h.hour = present.hour AND h.endpoint = ?"
          + " UNION ALL SELECT "
          + HOUR_OF_ATTEMPT
          + ", "
          + COUNTS
          + " FROM posthorn.attempt a WHERE a.partition = ? AND a.endpoint = ?"
          + " AND a.id > greatest((SELECT g.counted_to FROM posthorn.hour_progress g"
          + " WHERE g.partition = ?), ?) AND a.id < ? AND "
          + COUNTED
          + " GROUP BY 1) c GROUP BY c.hour ORDER BY c.hour";

  private static final String EXPIRE =
      "DELETE FROM posthorn.endpoint_hour h USING (SELECT e.partition, e.hour, e.endpoint"
          + " FROM posthorn.endpoint_hour e WHERE e.partition = ANY(?::smallint[])"
          + " AND e.hour < ? LIMIT ?) old WHERE h.partition = old.partition"
          + " AND h.hour = old.hour AND h.endpoint = old.endpoint";

  private HourCounter() {}

  /** Returns the hour since 1970 in which an id was assigned. */
  public static int hourOf(long id) {
    return (int) (Ids.timeOf(Math.max(0, id)) / HOUR);
  }

  /** Returns the first hour that begins at or after a time, and has ids. */
  private static int firstFrom(long millis) {
    return (int) Math.clamp(Math.ceilDiv(millis, HOUR), 0, hourOf(Long.MAX_VALUE) + 1L);
  }

  /** The first attempt of a partition that is not counted. */
  public record Uncounted(int partition, long attempt) {}

  /** Returns the partitions that have attempts that are not counted. */
  public static List<Uncounted> uncounted(Session session) throws SQLException {
    return Query.list(session, row -> new Uncounted(row.getInt(1), row.getLong(2)), UNCOUNTED);
  }

  /** Counts the attempts of some partitions that are not counted yet. */
  public static void count(Session session, short... partitions) throws SQLException {
    Query.update(session, COUNT, (Object) partitions);
    Query.update(session, MOVE, (Object) partitions);
  }

  /** Returns an endpoint's hours that begin at {@code from} or later and before {@code to}. */
  public static List<HourRow> hours(
      Session session, int partition, long endpoint, long from, long to) throws SQLException {
    int first = firstFrom(from);
    int end = firstFrom(to);
    if (first >= end) {
      return List.of();
    }
    return Query.list(
        session,
        row -> row(endpoint, row),
        HOURS,
        partition,
        first,
        end,
        partition,
        end,
        partition,
        endpoint,
        partition,
        endpoint,
        partition,
        Ids.firstAt(first * HOUR) - 1,
        Ids.firstAt(end * HOUR));
  }

  static HourRow row(long endpoint, ResultSet row) throws SQLException {
    HourCounts counts =
        new HourCounts(
            row.getLong(2), row.getLong(3), row.getLong(4), row.getLong(5), row.getLong(6));
    return new HourRow(endpoint, row.getLong(1) * HOUR, counts);
  }

  /** Removes some rows of hours before another; returns their number. */
  public static int expire(Session session, short[] partitions, int before, int limit)
      throws SQLException {
    return Query.update(session, EXPIRE, partitions, before, limit);
  }
}
