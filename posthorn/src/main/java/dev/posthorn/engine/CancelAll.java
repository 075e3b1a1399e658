package dev.posthorn.engine;

import dev.posthorn.store.LiveRow;
import dev.posthorn.store.ParkedKey;
import dev.posthorn.store.StoreException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;

/** Cancels all deliveries of one lane that were accepted up to an id, page by page. */
final class CancelAll {
  private static final int PAGE = 200;
  private static final long LATER_NANOS = 100_000_000;

  private final Lane lane;
  private final long upTo;
  private final LongConsumer done;
  private ParkedKey after = ParkedKey.START;

  /** What was in memory: until its end is on disk it is found there, too. */
  private final Set<Long> loaded = new HashSet<>();

  private long stored;

  /**
   * Creates the task.
   *
   * @param upTo only deliveries with an id up to this
   * @param done called on the lane's loop with how many were found
   */
  CancelAll(Lane lane, long upTo, LongConsumer done) {
    this.lane = lane;
    this.upTo = upTo;
    this.done = done;
  }

  /** Begins. To be called on the lane's loop. */
  void start() {
    loaded.addAll(lane.cancelling.cancelLoaded(upTo));
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
                    lane.loop.core().seams().store().parked(lane.endpoint.id, after, PAGE);
                lane.loop.execute(() -> cancel(rows));
              } catch (StoreException e) {
                lane.loop.execute(() -> lane.loop.loop().schedule(LATER_NANOS, this::next));
              }
            });
  }

  private void cancel(List<LiveRow> rows) {
    List<LiveRow> only = new ArrayList<>();
    for (LiveRow row : rows) {
      if (row.id() <= upTo) {
        if (lane.cancelling.cancelIfLoaded(row)) {
          loaded.add(row.id());
        } else {
          only.add(row);
          stored += loaded.contains(row.id()) ? 0 : 1;
        }
      }
    }
    Runnable then = rows.size() < PAGE ? () -> done.accept(loaded.size() + stored) : this::next;
    if (!rows.isEmpty()) {
      after = rows.get(rows.size() - 1).parkedKey();
    }
    if (only.isEmpty()) {
      then.run();
    } else {
      lane.loop.core().journal().submit(new CancelEntry(lane.loop, only, then));
    }
  }
}
