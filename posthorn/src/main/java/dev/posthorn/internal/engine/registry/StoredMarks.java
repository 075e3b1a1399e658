package dev.posthorn.internal.engine.registry;

import dev.posthorn.internal.engine.journal.JournalBatch;
import dev.posthorn.spi.store.reads.Reads;
import dev.posthorn.spi.store.reads.ScanPage;
import dev.posthorn.spi.store.rows.CancelMark;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.SettingChange;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The cancellations in a partition that this node does not own, as the store has them. */
public final class StoredMarks {
  private static final int PAGE = 1_000;

  /** The greatest id that each mark covers, by message and endpoint. */
  private final Map<List<Long>, Long> marks = new HashMap<>();

  private StoredMarks(Reads store, int partition) {
    ScanPage.forEach(
        store.across(Set.of(partition))::cancelMarks,
        PAGE,
        page -> page.forEach(mark -> put(mark.row())));
  }

  /** Reads the marks of a partition. */
  public static StoredMarks of(Reads store, int partition) {
    return new StoredMarks(store, partition);
  }

  /** Reads the marks of a partition, and adds the changes of a batch. */
  public static StoredMarks asOf(JournalBatch batch, int partition) {
    StoredMarks stored = new StoredMarks(batch.store(), partition);
    for (SettingChange change : batch.changes()) {
      switch (change) {
        case SettingChange.PutCancelMark put when put.partition() == partition ->
            stored.put(put.mark());
        case SettingChange.RemoveCancelMark gone when gone.partition() == partition ->
            stored.marks.remove(List.of(gone.message(), gone.endpoint()));
        default -> {}
      }
    }
    return stored;
  }

  private void put(CancelMark mark) {
    marks.put(List.of(mark.message(), mark.endpoint()), mark.upTo());
  }

  /** Returns the greatest id that a mark covers, or 0 if there is no such mark. */
  public long upTo(long message, long endpoint) {
    return marks.getOrDefault(List.of(message, endpoint), 0L);
  }

  /** Returns whether a delivery is canceled. */
  public boolean covers(LiveRow row) {
    return !marks.isEmpty()
        && (row.id() <= upTo(row.message(), 0)
            || row.id() <= upTo(row.message(), row.endpoint())
            || row.id() <= upTo(0, row.endpoint()));
  }
}
