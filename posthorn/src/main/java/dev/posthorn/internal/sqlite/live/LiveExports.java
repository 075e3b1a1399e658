package dev.posthorn.internal.sqlite.live;

import dev.posthorn.internal.copy.RowKind;
import dev.posthorn.internal.copy.TableExport;
import dev.posthorn.internal.copy.TableExports;
import dev.posthorn.spi.store.rows.PayloadEnd;
import java.util.List;

/** The tables of what waits, for copies into another store. */
public final class LiveExports {
  private LiveExports() {}

  private static String ofMessage(String table) {
    return "(SELECT m.application FROM message m WHERE m.id = " + table + ".message)";
  }

  private static String ofDelivery(String table) {
    return "coalesce("
        + ofMessage(table)
        + ", (SELECT e.application FROM endpoint e WHERE e.id = "
        + table
        + ".endpoint))";
  }

  /** Adds the tables. */
  public static void addTo(TableExports all) {
    all.with(
            RowKind.HOT,
            new TableExport<>(LiveReads.HOT, List.of("id"), ofDelivery("hot"), LiveReads::hotRow))
        .with(
            RowKind.PARKED,
            new TableExport<>(
                LiveReads.PARKED
                    + "(SELECT * FROM parked UNION ALL SELECT * FROM parked_new) waiting",
                List.of("endpoint", "due", "id"),
                ofDelivery("waiting"),
                LiveReads::parkedRow))
        .with(
            RowKind.PAYLOAD_ENDS,
            new TableExport<>(
                "SELECT due, message FROM payload_end",
                List.of("due", "message"),
                ofMessage("payload_end"),
                row -> new PayloadEnd(row.getLong(1), row.getLong(2))))
        .with(
            RowKind.KEYS,
            new TableExport<>(
                "SELECT scope, key, hash, message, answer, expires FROM dedupe",
                List.of(),
                null,
                DedupeReads::row));
  }
}
