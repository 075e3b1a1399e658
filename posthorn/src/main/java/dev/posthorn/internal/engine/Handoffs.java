package dev.posthorn.internal.engine;

import dev.posthorn.internal.engine.base.OutageLog;
import dev.posthorn.internal.engine.base.Tenure;
import dev.posthorn.internal.engine.lane.LaneContext;
import dev.posthorn.internal.engine.task.Deliveries;
import dev.posthorn.internal.engine.task.Tasks;
import dev.posthorn.internal.id.Ids;
import dev.posthorn.spi.runtime.Loop;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.reads.PartitionRow;
import dev.posthorn.spi.store.rows.HandoffRow;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Takes in what other nodes have committed for the partitions that this one owns. Looks for their
 * {@link HandoffRow}s: after a hint of the store, often while there are some, and now and then
 * anyway. Brings the deliveries to their lanes, and has the rows removed, in the same batch with
 * what is done about cancellations.
 *
 * <p>The lanes are told first. A row that is not removed after all is found again, which does no
 * harm; if the partition passes to another node, that one reads all that waits there.
 */
final class Handoffs {
  private static final int PAGE = 1_000;
  private static final long AT_ONCE_NANOS = 1_000_000;
  private static final long SHORTEST_NANOS = 10_000_000;
  private static final long LONGEST_NANOS = 250_000_000;

  /** The pauses stay short for so long after the last rows: others give no hint meanwhile. */
  private static final long FRESH_NANOS = 120_000_000;

  private final LaneContext context;
  private final HandedOffDeliveries lanes;
  private final Deliveries deliveries;
  private final Tasks tasks;

  // Owned by the writer.
  private long pauseNanos = LONGEST_NANOS;

  /** The next look after a pause, or null while one has begun. */
  private Loop.@Nullable Timer next;

  /** The time of the last look. */
  private long lookedNanos;

  /** The time of the last look that found rows. */
  private long foundNanos;

  /** True while the removal of rows is not on disk: they would be found again. */
  private boolean removing;

  /** True while a hint waits for the writer. Any thread sets it. */
  private final AtomicBoolean hinted = new AtomicBoolean();

  private final OutageLog outage =
      new OutageLog(LoggerFactory.getLogger(Handoffs.class), "Search for work of other nodes");

  Handoffs(LaneContext context, HandedOffDeliveries lanes, Deliveries deliveries, Tasks tasks) {
    this.context = context;
    this.lanes = lanes;
    this.deliveries = deliveries;
    this.tasks = tasks;
  }

  /** Begins to look, if there may be other nodes. */
  void start() {
    if (context.runtime().store().isShared()) {
      writer().execute(() -> later(pauseNanos));
      context.runtime().store().onHandoff(this::hint);
    }
  }

  private void later(long nanos) {
    next = writer().schedule(nanos, this::look);
  }

  private Loop writer() {
    return context.runtime().scheduler().writer();
  }

  /** Another node has just handed something off, perhaps to this one. Any thread may call it. */
  private void hint() {
    if (hinted.compareAndSet(false, true)) {
      writer().execute(this::lookSoon);
    }
  }

  /** Looks at once, but not more often than while there are rows. */
  private void lookSoon() {
    hinted.set(false);
    if (next != null) {
      next.cancel();
      long since = context.clock().machine().nanoTime() - lookedNanos;
      later(Math.clamp(SHORTEST_NANOS - since, 0, SHORTEST_NANOS));
    }
  }

  private void look() {
    next = null;
    if (!context.guard().condition().hasFailed()) {
      context.journal().between(this::lookNow);
    }
  }

  private void lookNow() {
    lookedNanos = context.clock().machine().nanoTime();
    try {
      if (!removing) {
        takeIn();
      }
      outage.succeeded();
    } catch (StoreException e) {
      pauseNanos = LONGEST_NANOS;
      outage.failed(e);
    } catch (Throwable e) {
      pauseNanos = LONGEST_NANOS;
      context.guard().report("taking in the work of other nodes", e);
    } finally {
      later(pauseNanos);
    }
  }

  private void takeIn() {
    Map<Integer, Tenure> tenures = new LinkedHashMap<>();
    for (Tenure tenure : context.ownership().takingMessages()) {
      tenures.put(tenure.partition(), tenure);
    }
    List<PartitionRow<HandoffRow>> rows =
        tenures.isEmpty()
            ? List.of()
            : context.runtime().store().forWriter().across(tenures.keySet()).handoffs(PAGE);
    noteLag(rows);
    if (rows.isEmpty()) {
      pauseNanos =
          lookedNanos - foundNanos < FRESH_NANOS
              ? SHORTEST_NANOS
              : Math.min(LONGEST_NANOS, 2 * Math.max(pauseNanos, SHORTEST_NANOS));
      return;
    }
    foundNanos = lookedNanos;
    for (PartitionRow<HandoffRow> each : rows) {
      context.journal().continueAfter(each.row().id()); // their clock may be ahead
    }
    pauseNanos = rows.size() < PAGE ? SHORTEST_NANOS : AT_ONCE_NANOS;
    lanes.tell(rows, tenures);
    removing = true;
    context.journal().submit(new HandoffEntry(this, tenures, rows));
  }

  private void noteLag(List<PartitionRow<HandoffRow>> rows) {
    long now = context.clock().millis();
    long oldest = rows.stream().mapToLong(each -> Ids.timeOf(each.row().id())).min().orElse(now);
    context.counters().handoffLag(Math.max(0, now - oldest));
  }

  Deliveries deliveries() {
    return deliveries;
  }

  Tasks tasks() {
    return tasks;
  }

  /** Takes note that the rows of the last look are removed, or will be found again. */
  void removed() {
    removing = false;
  }
}
