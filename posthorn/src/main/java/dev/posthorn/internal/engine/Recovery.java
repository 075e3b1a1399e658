package dev.posthorn.internal.engine;

import dev.posthorn.internal.engine.accept.AdmissionControl;
import dev.posthorn.internal.engine.base.StoreBackoff;
import dev.posthorn.internal.engine.lane.LaneContext;
import dev.posthorn.internal.engine.lane.ShardLoop;
import dev.posthorn.internal.engine.lane.Shards;
import dev.posthorn.internal.engine.lane.Sweep;
import dev.posthorn.internal.engine.registry.RegisteredEndpoint;
import dev.posthorn.spi.store.EndpointRow;
import dev.posthorn.spi.store.LiveRow;
import dev.posthorn.spi.store.PartitionReads;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.StoreException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the live rows of a store back into lanes: first all of {@code hot}, which is bounded, then
 * the endpoints that have parked rows. New messages are parked meanwhile, so they cannot overtake
 * rows that are not known yet.
 */
final class Recovery {
  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);
  private static final int PAGE = 1_000;

  private final LaneContext context;
  private final Shards shards;
  private final AdmissionControl admission;
  private int scanning;
  private long afterHead = Long.MIN_VALUE;
  private int failures;

  Recovery(LaneContext context, Shards shards, AdmissionControl admission) {
    this.context = context;
    this.shards = shards;
    this.admission = admission;
  }

  /** Reads the cancellation marks, then {@code hot}, and passes the rows to their lanes. */
  void restoreHot() {
    Store store = context.runtime().store();
    long count = 0;
    for (int partition = 0; partition < store.partitions(); partition++) {
      count += restoreHot(partition, store.in(partition));
    }
    if (count > 0) {
      LOG.info("Restored {} pending deliveries", count);
    }
  }

  private long restoreHot(int partition, PartitionReads store) {
    List<LiveRow> cancelled = context.cancellations().restore(partition, store);
    long after = Long.MIN_VALUE;
    long count = 0;
    for (List<LiveRow> page; !(page = store.hot(after, PAGE)).isEmpty(); ) {
      restore(partition, page);
      count += page.size();
      after = page.get(page.size() - 1).id();
    }
    for (LiveRow row : cancelled) {
      ShardLoop loop = shards.loop(row.endpoint());
      loop.execute(() -> loop.lane(endpoint(partition, row)).endings().endIfCancelled(row));
    }
    return count;
  }

  private void restore(int partition, List<LiveRow> page) {
    Map<ShardLoop, List<LiveRow>> byLoop = new LinkedHashMap<>();
    for (LiveRow row : page) {
      byLoop.computeIfAbsent(shards.loop(row.endpoint()), l -> new ArrayList<>()).add(row);
    }
    byLoop.forEach(
        (loop, rows) ->
            loop.execute(
                () -> {
                  for (LiveRow row : rows) {
                    loop.lane(endpoint(partition, row)).restored(row);
                  }
                }));
  }

  /**
   * Resumes ending the deliveries that were canceled together.
   *
   * @param tasks the counters of tasks, by endpoint
   */
  void sweep(Map<Long, Sweep.Progress> tasks) {
    for (RegisteredEndpoint endpoint : context.endpoints().endpoints()) {
      if (endpoint.cancelledUpTo != 0) {
        Sweep.Progress task = tasks.getOrDefault(endpoint.id, Sweep.Progress.NONE);
        ShardLoop loop = shards.loop(endpoint.id);
        loop.execute(
            () -> loop.lane(endpoint).endings().sweep().begin(new Sweep.Order(task, count -> {})));
      }
    }
  }

  /** Finds the endpoints with parked rows, a page at a time. */
  void scan() {
    try {
      Store store = context.runtime().store();
      for (; scanning < store.partitions(); scanning++) {
        scan(scanning, store.in(scanning));
        afterHead = Long.MIN_VALUE;
      }
      failures = 0;
    } catch (StoreException e) {
      LOG.warn("Search for parked deliveries failed, will be repeated: {}", e.getMessage());
      scanLater();
      return;
    } catch (Throwable e) {
      context.guard().report("the search for parked deliveries", e);
      scanLater();
      return;
    }
    for (ShardLoop loop : shards.all()) {
      loop.execute(loop::scanned);
    }
    admission.recovered();
  }

  private void scan(int partition, PartitionReads store) {
    for (List<LiveRow> heads; !(heads = store.parkedHeads(afterHead, PAGE)).isEmpty(); ) {
      for (LiveRow head : heads) {
        ShardLoop loop = shards.loop(head.endpoint());
        loop.execute(() -> loop.lane(endpoint(partition, head)).unloaded(head));
        afterHead = head.endpoint();
      }
    }
  }

  private void scanLater() {
    context
        .workers()
        .executeLater(StoreBackoff.nanos(failures++, StoreBackoff.OUTAGE_NANOS), this::scan);
  }

  /**
   * Returns the endpoint of a row of a partition. A deleted one is replaced by a stand-in, so its
   * rows are canceled.
   */
  private RegisteredEndpoint endpoint(int partition, LiveRow row) {
    RegisteredEndpoint endpoint = context.endpoints().endpoint(row.endpoint());
    return endpoint != null ? endpoint : deleted(partition, row.endpoint());
  }

  private static RegisteredEndpoint deleted(int partition, long id) {
    EndpointRow row = EndpointRow.deleted(id, 0, 0);
    RegisteredEndpoint endpoint = new RegisteredEndpoint(0, partition, row, List.of());
    endpoint.settings(new RegisteredEndpoint.Settings(row, List.of(), true));
    return endpoint;
  }
}
