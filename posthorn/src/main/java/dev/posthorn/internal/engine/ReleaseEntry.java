package dev.posthorn.internal.engine;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.internal.engine.base.StoreBackoff;
import dev.posthorn.internal.engine.journal.Journal;
import dev.posthorn.internal.engine.journal.JournalBatch;
import dev.posthorn.internal.engine.lane.LaneContext;
import java.util.Set;

/** The release of partitions: another process may own them once it is on disk. */
final class ReleaseEntry implements Journal.Entry {
  private final LaneContext context;
  private final Set<Integer> partitions;
  private final long epoch;
  private int refusals;

  ReleaseEntry(LaneContext context, Set<Integer> partitions) {
    this.context = context;
    this.partitions = partitions;
    this.epoch = context.runtime().store().lease().epoch();
  }

  @Override
  public void prepare(JournalBatch batch) {
    if (context.runtime().store().lease().epoch() == epoch) { // else they are lost anyway
      batch.release(partitions);
    }
  }

  @Override
  public void committed(JournalBatch batch) {}

  /** Tries again later: until then nobody works on the partitions. */
  @Override
  public void failed(PosthornException why) {
    if (why.reason() != Reason.CLOSED) {
      context
          .workers()
          .executeLater(StoreBackoff.nanos(refusals++), () -> context.journal().submit(this));
    }
  }

  /** Nothing of the partitions may be written after it. */
  @Override
  public boolean comesLast() {
    return true;
  }

  @Override
  public boolean refusable() {
    return false;
  }
}
