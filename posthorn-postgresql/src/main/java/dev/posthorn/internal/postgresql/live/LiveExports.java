package dev.posthorn.internal.postgresql.live;

import dev.posthorn.internal.copy.RowKind;
import dev.posthorn.internal.copy.TableExport;
import dev.posthorn.internal.copy.TableExports;
import dev.posthorn.spi.store.rows.PayloadEnd;
import java.util.List;

/** The tables of what waits, to be compared with those of the store that they were copied from. */
public final class LiveExports {
  private LiveExports() {}

  /** Adds the tables. */
  public static void addTo(TableExports all) {
    all.with(
            RowKind.HOT,
            new TableExport<>(
                "SELECT h.id, h.endpoint, h.message, h.due, h.deadline FROM posthorn.hot h",
                List.of(),
                "h.partition",
                LiveReads::hotRow))
        .with(
            RowKind.PARKED,
            new TableExport<>(
                "SELECT " + LiveReads.PARKED_COLUMNS + " FROM posthorn.parked p",
                List.of(),
                "p.partition",
                LiveReads::parkedRow))
        .with(
            RowKind.PAYLOAD_ENDS,
            new TableExport<>(
                "SELECT due, message FROM posthorn.payload_end",
                List.of(),
                "partition",
                row -> new PayloadEnd(row.getLong(1), row.getLong(2))))
        .with(
            RowKind.KEYS,
            new TableExport<>(
                "SELECT scope, key, hash, message, answer, expires FROM posthorn.dedupe",
                List.of(),
                null,
                DedupeTable::row));
  }
}
