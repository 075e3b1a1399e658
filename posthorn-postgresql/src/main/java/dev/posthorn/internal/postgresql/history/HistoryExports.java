package dev.posthorn.internal.postgresql.history;

import dev.posthorn.internal.copy.RowKind;
import dev.posthorn.internal.copy.TableExport;
import dev.posthorn.internal.copy.TableExports;
import java.util.List;

/**
 * The tables of the history, to be compared with those of the store that they were copied from. In
 * place of a message's body there is its SHA-256, which the database computes.
 */
public final class HistoryExports {
  private HistoryExports() {}

  /** Adds the tables. */
  public static void addTo(TableExports all) {
    all.with(
            RowKind.MESSAGES,
            new TableExport<>(
                MessageReads.BEFORE_TARGETS
                    + "m.targets, sha256(m.body)"
                    + MessageReads.AFTER_BODY
                    + " FROM posthorn.message m",
                List.of(),
                "m.partition",
                row -> MessageReads.message(row, row.getBytes(11))))
        .with(
            RowKind.ATTEMPTS,
            new TableExport<>(
                "SELECT " + AttemptReads.COLUMNS + " FROM posthorn.attempt a",
                List.of(),
                "a.partition",
                AttemptReads::attempt))
        .with(
            RowKind.HOURS,
            new TableExport<>(
                "SELECT h.hour, h.succeeded, h.failed, h.cancelled, h.attempts, h.failed_attempts,"
                    + " h.endpoint FROM posthorn.endpoint_hour h",
                List.of(),
                "h.partition",
                row -> HourCounter.row(row.getLong(7), row)));
  }
}
