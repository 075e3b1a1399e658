package dev.posthorn.internal.postgresql.history;

import dev.posthorn.internal.copy.Exported;
import dev.posthorn.internal.postgresql.connection.Session;
import dev.posthorn.internal.postgresql.sql.Query;
import dev.posthorn.internal.postgresql.sql.RowArrays;
import dev.posthorn.spi.store.rows.HourRow;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Writes hours that another store counted. */
public final class HourImport {
  private static final long HOUR = TimeUnit.HOURS.toMillis(1);
  private static final String PUT =
      "INSERT INTO posthorn.endpoint_hour(partition, hour, endpoint, succeeded, failed, cancelled,"
          + " attempts, failed_attempts) SELECT * FROM unnest(?::smallint[], ?::integer[],"
          + " ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[])"
          + " ON CONFLICT (partition, hour, endpoint) DO UPDATE SET"
          + " succeeded = excluded.succeeded, failed = excluded.failed,"
          + " cancelled = excluded.cancelled, attempts = excluded.attempts,"
          + " failed_attempts = excluded.failed_attempts";

  private HourImport() {}

  /** Writes hours, or replaces them. */
  public static void put(Session session, List<Exported<HourRow>> hours) throws SQLException {
    try (PreparedStatement statement = session.prepare(PUT)) {
      new RowArrays<>(hours)
          .shorts(Exported::partition)
          .ints(one -> (int) (one.row().start() / HOUR))
          .longs(one -> one.row().endpoint())
          .longs(one -> one.row().counts().succeeded())
          .longs(one -> one.row().counts().failed())
          .longs(one -> one.row().counts().cancelled())
          .longs(one -> one.row().counts().attempts())
          .longs(one -> one.row().counts().failedAttempts())
          .bind(statement);
      statement.executeUpdate();
    }
  }

  /** Notes that the hours have all attempts up to an id, so that only later ones are added. */
  public static void countedTo(Session session, long id) throws SQLException {
    Query.update(
        session,
        "UPDATE posthorn.hour_progress SET counted_to = ? WHERE partition BETWEEN 0 AND 255"
            + " AND counted_to < ?",
        id,
        id);
  }
}
