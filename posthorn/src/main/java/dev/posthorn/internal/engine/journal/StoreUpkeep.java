package dev.posthorn.internal.engine.journal;

import dev.posthorn.internal.engine.base.Guard;
import dev.posthorn.internal.engine.base.OutageLog;
import dev.posthorn.internal.engine.base.Setback;
import dev.posthorn.internal.id.Ids;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.StoreException;
import org.slf4j.LoggerFactory;

/** Upkeep of the store between commits, a slice at a time. Owned by the writer. */
final class StoreUpkeep {
  /** The pause between slices. A slice takes a few milliseconds at most: commits wait for it. */
  static final long PAUSE_NANOS = 10_000_000;

  private final Store store;
  private final JournalTime time;
  private final long retentionMillis;
  private final Guard guard;
  private final Setback failures = new Setback();
  private final OutageLog outage =
      new OutageLog(LoggerFactory.getLogger(StoreUpkeep.class), "Store upkeep");
  private volatile boolean stopped;
  private long last;

  StoreUpkeep(Store store, JournalTime time, long retentionMillis, Guard guard) {
    this.store = store;
    this.time = time;
    this.retentionMillis = retentionMillis;
    this.guard = guard;
    this.last = time.clock().nanoTime();
  }

  /** Ends upkeep for good. Any thread may call it. */
  void stop() {
    stopped = true;
  }

  /**
   * Does the next slice, if it is time.
   *
   * @param idle whether nothing waits to be written
   * @return whether there may be more to do soon
   */
  boolean run(boolean idle) {
    if (stopped) {
      return false;
    }
    long now = time.clock().nanoTime();
    if (now - last < PAUSE_NANOS) {
      return idle;
    }
    if (failures.pauses(now)) {
      return false;
    }
    last = now;
    try {
      long until = time.retention().millis();
      boolean more = store.upkeep(Ids.firstAt(until - retentionMillis), until);
      failures.over();
      outage.succeeded();
      return more;
    } catch (StoreException e) {
      if (e.reason() == StoreException.Reason.FENCED) {
        guard.fence(e);
        return false;
      }
      outage.failed(e);
    } catch (Throwable e) {
      guard.report("upkeep of the store", e);
    }
    failures.failed(now);
    return false;
  }
}
