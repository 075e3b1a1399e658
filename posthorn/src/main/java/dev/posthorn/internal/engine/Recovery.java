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
import dev.posthorn.spi.store.PartitionRow;
import dev.posthorn.spi.store.PartitionScan;
import dev.posthorn.spi.store.ScanKey;
import dev.posthorn.spi.store.ScanPage;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.StoreException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
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

  /** The position of the scan for parked rows, or null at its end. */
  private @Nullable ScanKey afterHead = ScanKey.START;

  private int failures;

  Recovery(LaneContext context, Shards shards, AdmissionControl admission) {
    this.context = context;
    this.shards = shards;
    this.admission = admission;
  }

  /** Reads the cancellation marks, then {@code hot}, and passes the rows to their lanes. */
  void restoreHot() {
    Store store = context.runtime().store();
    Set<Integer> partitions = store.allPartitions();
    List<PartitionRow<LiveRow>> cancelled = context.cancellations().restore(store, partitions);
    long[] count = new long[1];
    ScanPage.forEach(
        store.across(partitions)::hot,
        PAGE,
        page -> {
          restore(page);
          count[0] += page.size();
        });
    for (PartitionRow<LiveRow> each : cancelled) {
      ShardLoop loop = shards.loop(each.row().endpoint());
      loop.execute(() -> loop.lane(endpoint(each)).endings().endIfCancelled(each.row()));
    }
    if (count[0] > 0) {
      LOG.info("Restored {} pending deliveries", count[0]);
    }
  }

  private void restore(List<PartitionRow<LiveRow>> page) {
    Map<ShardLoop, List<PartitionRow<LiveRow>>> byLoop = new LinkedHashMap<>();
    for (PartitionRow<LiveRow> each : page) {
      byLoop.computeIfAbsent(shards.loop(each.row().endpoint()), l -> new ArrayList<>()).add(each);
    }
    byLoop.forEach(
        (loop, rows) ->
            loop.execute(
                () -> {
                  for (PartitionRow<LiveRow> each : rows) {
                    loop.lane(endpoint(each)).restored(each.row());
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
      scanPages();
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

  private void scanPages() {
    Store store = context.runtime().store();
    PartitionScan scan = store.across(store.allPartitions());
    while (afterHead != null) {
      ScanPage<LiveRow> heads = scan.parkedHeads(afterHead, PAGE);
      for (PartitionRow<LiveRow> head : heads.rows()) {
        ShardLoop loop = shards.loop(head.row().endpoint());
        loop.execute(() -> loop.lane(endpoint(head)).unloaded(head.row()));
      }
      afterHead = heads.next();
    }
  }

  private void scanLater() {
    context
        .workers()
        .executeLater(StoreBackoff.nanos(failures++, StoreBackoff.OUTAGE_NANOS), this::scan);
  }

  /** Returns the endpoint of a row. A deleted one is replaced by a stand-in, so it is canceled. */
  private RegisteredEndpoint endpoint(PartitionRow<LiveRow> each) {
    long id = each.row().endpoint();
    RegisteredEndpoint endpoint = context.endpoints().endpoint(id);
    return endpoint != null ? endpoint : deleted(each.partition(), id);
  }

  private static RegisteredEndpoint deleted(int partition, long id) {
    EndpointRow row = EndpointRow.deleted(id, 0, 0);
    RegisteredEndpoint endpoint = new RegisteredEndpoint(0, partition, row, List.of());
    endpoint.settings(new RegisteredEndpoint.Settings(row, List.of(), true));
    return endpoint;
  }
}
