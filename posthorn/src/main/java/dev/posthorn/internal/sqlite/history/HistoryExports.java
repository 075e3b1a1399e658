package dev.posthorn.internal.sqlite.history;

import dev.posthorn.internal.copy.RowKind;
import dev.posthorn.internal.copy.TableExport;
import dev.posthorn.internal.copy.TableExports;
import dev.posthorn.spi.store.rows.HourCounts;
import dev.posthorn.spi.store.rows.HourRow;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** The tables of the history, for copies into another store. */
public final class HistoryExports {
  /** The application of an attempt, whose message or endpoint may be gone. */
  private static final String OF_ATTEMPT =
      "coalesce((SELECT m.application FROM message m WHERE m.id = a.message),"
          + " (SELECT e.application FROM endpoint e WHERE e.id = a.endpoint))";

  /** The application of an hour: that of the endpoint, or of a message that it received. */
  private static final String OF_HOUR =
      "coalesce((SELECT e.application FROM endpoint e WHERE e.id = h.endpoint),"
          + " (SELECT m.application FROM attempt_by_endpoint i JOIN attempt a ON a.id = i.id"
          + " JOIN message m ON m.id = a.message WHERE i.endpoint = h.endpoint LIMIT 1))";

  private HistoryExports() {}

  /** Adds the tables. */
  public static void addTo(TableExports all) {
    all.with(
            RowKind.MESSAGES,
            new TableExport<>(
                "SELECT " + MessageReads.COLUMNS + ", m.body FROM message m",
                List.of("m.id"),
                "m.application",
                row -> MessageReads.message(row, row.getBytes(12))))
        .with(
            RowKind.ATTEMPTS,
            new TableExport<>(
                "SELECT " + AttemptReads.COLUMNS + " FROM attempt a",
                List.of("a.id"),
                OF_ATTEMPT,
                AttemptReads::attempt))
        .with(
            RowKind.HOURS,
            new TableExport<>(
                "SELECT h.endpoint, h.hour, h.succeeded, h.failed, h.cancelled, h.attempts,"
                    + " h.failed_attempts FROM endpoint_hour h",
                List.of("h.hour", "h.endpoint"),
                OF_HOUR,
                HistoryExports::hour));
  }

  private static HourRow hour(ResultSet row) throws SQLException {
    return new HourRow(
        row.getLong(1),
        HourTable.start(row.getLong(2)),
        new HourCounts(
            row.getLong(3), row.getLong(4), row.getLong(5), row.getLong(6), row.getLong(7)));
  }
}
