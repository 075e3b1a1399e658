package dev.posthorn.internal.sqlite.history;

import dev.posthorn.internal.id.Ids;
import dev.posthorn.internal.sqlite.file.Run;
import dev.posthorn.internal.sqlite.file.Statements;
import dev.posthorn.internal.sqlite.file.TransactionAware;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * Counts attempts by hour and endpoint, in the transaction that inserts their index rows, so that
 * each indexed attempt is counted exactly once.
 *
 * <p>The hour comes first in the key. So rows written together are stored together, and so are
 * expired rows.
 */
public final class HourTable implements TransactionAware {
  private static final long UNKNOWN = -1;
  private static final long HOUR = TimeUnit.HOURS.toMillis(1);

  private final PreparedStatement add;
  private final PreparedStatement expire;
  private final long[] counts = new long[HourFlags.COUNTS];

  /**
   * Lower bound of the hours in the table, so that retention does not search for rows that cannot
   * exist.
   */
  private long oldest = UNKNOWN;

  HourTable(Statements statements) throws SQLException {
    add =
        statements.get(
            "INSERT INTO endpoint_hour(hour, endpoint, succeeded, failed, cancelled, attempts,"
                + " failed_attempts) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
                + " succeeded = succeeded + excluded.succeeded, failed = failed + excluded.failed,"
                + " cancelled = cancelled + excluded.cancelled,"
                + " attempts = attempts + excluded.attempts,"
                + " failed_attempts = failed_attempts + excluded.failed_attempts");
    expire =
        statements.get(
            "DELETE FROM endpoint_hour WHERE (hour, endpoint) IN (SELECT hour, endpoint"
                + " FROM endpoint_hour WHERE hour < ? ORDER BY hour, endpoint LIMIT ?)");
  }

  /** Returns the hour since 1970 in which an id was assigned. */
  static long hourOf(long id) {
    return Ids.timeOf(Math.max(0, id)) / HOUR;
  }

  /** Returns the start of an hour. */
  static long start(long hour) {
    return hour * HOUR;
  }

  /** Returns the first hour that begins at or after a time, and has ids. */
  static long firstFrom(long millis) {
    return Math.clamp(Math.ceilDiv(millis, HOUR), 0, hourOf(Long.MAX_VALUE));
  }

  /**
   * Counts rows grouped by endpoint.
   *
   * @param from the index in {@code rows} of the first inserted row
   * @param inserted 1 for each inserted row, 0 for each that existed already
   */
  void add(Run.Sorted rows, int from, int[] inserted) throws SQLException {
    Arrays.fill(counts, 0);
    long hour = -1;
    long endpoint = 0;
    for (int i = 0; i < inserted.length; i++) {
      int row = from + i;
      byte mark = rows.marks()[row];
      if (inserted[i] == 0 || mark == HourFlags.NOTHING) {
        continue;
      }
      if (rows.keys()[row] != endpoint || hourOf(rows.ids()[row]) != hour) {
        flush(hour, endpoint);
        endpoint = rows.keys()[row];
        hour = hourOf(rows.ids()[row]);
      }
      HourFlags.count(mark, counts);
    }
    flush(hour, endpoint);
    add.executeBatch();
  }

  private void flush(long hour, long endpoint) throws SQLException {
    if (hour < 0) {
      return;
    }
    oldest = Math.min(oldest, hour);
    add.setLong(1, hour);
    add.setLong(2, endpoint);
    for (int i = 0; i < counts.length; i++) {
      add.setLong(3 + i, counts[i]);
    }
    add.addBatch();
    Arrays.fill(counts, 0);
  }

  /** Removes some rows of hours that ended before an id was assigned; returns their number. */
  public int expire(long keepFrom, int limit) throws SQLException {
    long kept = hourOf(keepFrom);
    if (kept <= oldest) {
      return 0;
    }
    expire.setLong(1, kept);
    expire.setInt(2, limit);
    int removed = expire.executeUpdate();
    if (removed < limit) {
      oldest = kept;
    }
    return removed;
  }

  @Override
  public void committed() {
    // The staged counts are in the table.
  }

  @Override
  public void rolledBack() {
    oldest = UNKNOWN;
  }
}
