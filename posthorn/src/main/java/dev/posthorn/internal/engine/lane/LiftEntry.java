package dev.posthorn.internal.engine.lane;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.internal.engine.base.StoreBackoff;
import dev.posthorn.internal.engine.journal.Journal;
import dev.posthorn.internal.engine.journal.JournalBatch;

/** The end of an endpoint's cancellation mark: none of the deliveries that it held for is left. */
final class LiftEntry implements Journal.Entry {
  private final Lane lane;
  private final long upTo;
  private int refusals;

  LiftEntry(Lane lane, long upTo) {
    this.lane = lane;
    this.upTo = upTo;
  }

  @Override
  public void prepare(JournalBatch batch) {
    if (!lane.tenure.isOver()) {
      lane.loop.context().cancellations().lift(lane.endpoint, upTo, batch);
    }
  }

  @Override
  public void committed(JournalBatch batch) {}

  /** Tries again later, or the mark would stay until the next start. */
  @Override
  public void failed(PosthornException why) {
    if (why.reason() != Reason.CLOSED) {
      var unused =
          lane.loop.schedule(
              StoreBackoff.nanos(refusals++), () -> lane.loop.context().journal().submit(this));
    }
  }

  @Override
  public long application() {
    return lane.application();
  }

  @Override
  public boolean refusable() {
    return false;
  }
}
