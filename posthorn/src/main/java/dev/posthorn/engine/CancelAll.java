package dev.posthorn.engine;

import dev.posthorn.store.LiveRow;
import dev.posthorn.store.ParkedKey;
import dev.posthorn.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/** Cancels all deliveries of one lane that were accepted up to an id, page by page. */
final class CancelAll {
  private static final int PAGE = 200;
  private static final long LATER_NANOS = 100_000_000;

  private final Lane lane;
  private final long upTo;
  private final LongConsumer done;
  private ParkedKey after = ParkedKey.START;

  private long count;

  /**
   * Creates the task.
   *
   * @param upTo only deliveries with an id up to this
   * @param done called on the lane's loop with how many there were, once their end is on disk
   */
  CancelAll(Lane lane, long upTo, LongConsumer done) {
    this.lane = lane;
    this.upTo = upTo;
    this.done = done;
  }

  /** Begins. To be called on the lane's loop. */
  void start() {
    count += lane.cancelling.cancelLoaded(upTo);
    next();
  }

  private void next() {
    lane.loop
        .core()
        .workers()
        .execute(
            () -> {
              try {
                List<LiveRow> rows =
                    lane.loop.core().runtime().store().parked(lane.endpoint.id, after, PAGE);
                lane.loop.execute(() -> cancel(rows));
              } catch (Throwable e) {
                if (!(e instanceof StoreException)) {
                  lane.loop.core().guard().report("a read of what is to be cancelled", e);
                }
                lane.loop.schedule(LATER_NANOS, this::next);
              }
            });
  }

  private void cancel(List<LiveRow> rows) {
    List<LiveRow> only = new ArrayList<>();
    for (LiveRow row : rows) {
      if (row.id() > upTo) {
        continue;
      }
      // One that was cancelled already is found here until its end is on disk.
      boolean before = lane.cancelling.isCancelled(row);
      if (!lane.cancelling.cancelIfLoaded(row)) {
        only.add(row);
      } else if (!before) {
        count++;
      }
    }
    boolean last = rows.size() < PAGE;
    if (!last) {
      after = rows.get(rows.size() - 1).parkedKey();
    }
    if (only.isEmpty() && !last) {
      next();
    } else { // the last entry also waits for all that were handed in before
      lane.loop.core().journal().submit(new CancelEntry(lane.loop, only, n -> cancelled(n, last)));
    }
  }

  private void cancelled(int stored, boolean last) {
    count += stored;
    if (last) {
      done.accept(count);
    } else {
      next();
    }
  }
}
