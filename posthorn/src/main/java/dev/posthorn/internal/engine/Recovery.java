package dev.posthorn.internal.engine;

import dev.posthorn.internal.engine.base.OutageLog;
import dev.posthorn.internal.engine.base.StoreBackoff;
import dev.posthorn.internal.engine.base.Tenure;
import dev.posthorn.internal.engine.lane.LaneContext;
import dev.posthorn.internal.engine.lane.ShardLoop;
import dev.posthorn.internal.engine.lane.Shards;
import dev.posthorn.internal.engine.lane.Sweep;
import dev.posthorn.internal.engine.task.Tasks;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.reads.PartitionRow;
import dev.posthorn.spi.store.reads.PartitionScan;
import dev.posthorn.spi.store.reads.Reads;
import dev.posthorn.spi.store.reads.ScanKey;
import dev.posthorn.spi.store.reads.ScanPage;
import dev.posthorn.spi.store.rows.LaneStateRow;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.TaskRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the live rows of partitions into lanes when this node begins to own them: first all of
 * {@code hot}, which is bounded and which nobody changes while a partition has no owner, then the
 * endpoints that have parked rows. New messages are parked meanwhile, so they cannot overtake rows
 * that are not known yet.
 */
final class Recovery {
  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);
  private static final int PAGE = 1_000;

  private final LaneContext context;
  private final Shards shards;
  private final StoredLanes lanes;
  private final Tasks tasks;

  /** True once the engine stops: the next start searches again. */
  private volatile boolean stopped;

  Recovery(LaneContext context, Shards shards, Tasks tasks) {
    this.context = context;
    this.shards = shards;
    this.lanes = new StoredLanes(context, shards);
    this.tasks = tasks;
  }

  /**
   * The rows of partitions that begin.
   *
   * @param hot the rows of {@code hot}, in their order
   * @param laneStates the states that lanes go on from
   */
  record Rows(List<PartitionRow<LiveRow>> hot, List<LaneStateRow> laneStates) {}

  /** Reads the rows of partitions that nobody works on yet. */
  Rows read(Set<Integer> partitions) {
    Rows rows = new Rows(new ArrayList<>(), new ArrayList<>());
    PartitionScan store = context.runtime().store().across(partitions);
    ScanPage.forEach(store::hot, PAGE, rows.hot::addAll);
    ScanPage.forEach(
        store::laneStates, PAGE, page -> page.forEach(state -> rows.laneStates.add(state.row())));
    return rows;
  }

  /**
   * Passes the rows of partitions to their lanes, and resumes what was under way there. Runs on the
   * writer between two batches, or before anything runs.
   *
   * @throws StoreException if the cancellations or tasks cannot be read; nothing has begun then
   */
  void begin(Set<Tenure> tenures, Rows rows) {
    Set<Integer> partitions = partitions(tenures);
    // The clock of the last owner may have been ahead.
    context.journal().continueAfter(context.runtime().store().idFloor());
    Reads store = context.runtime().store().forWriter();
    List<TaskRow> running = store.runningTasks();
    context.cancellations().forget(partitions);
    List<PartitionRow<LiveRow>> cancelled = context.cancellations().restore(store, partitions);
    context.endpoints().restore(partitions, rows.laneStates);
    tenures.forEach(context.ownership()::begin);
    beginLanes(tenures, rows.hot);
    for (PartitionRow<LiveRow> each : cancelled) {
      lanes.tell(
          each.partition(),
          each.row().endpoint(),
          lane -> lane.endings().endIfCancelled(each.row()));
    }
    sweep(partitions, tasks.resume(running, partitions));
    if (!rows.hot.isEmpty()) {
      LOG.info("Restored {} pending deliveries", rows.hot.size());
    }
  }

  static Set<Integer> partitions(Set<Tenure> tenures) {
    Set<Integer> partitions = new TreeSet<>();
    tenures.forEach(tenure -> partitions.add(tenure.partition()));
    return partitions;
  }

  private void beginLanes(Set<Tenure> tenures, List<PartitionRow<LiveRow>> hot) {
    shards.all().forEach(loop -> loop.execute(() -> tenures.forEach(loop::begin)));
    List<StoredLanes.News> news = new ArrayList<>();
    for (PartitionRow<LiveRow> each : hot) {
      LiveRow row = each.row();
      news.add(new StoredLanes.News(each.partition(), row.endpoint(), lane -> lane.restored(row)));
    }
    lanes.tell(news);
  }

  /** Resumes ending the deliveries that were canceled together. */
  private void sweep(Set<Integer> partitions, Map<Long, Sweep.Progress> counters) {
    context
        .endpoints()
        .endpoints(partitions)
        .filter(endpoint -> endpoint.cancelledUpTo != 0)
        .forEach(
            endpoint -> {
              Sweep.Progress task = counters.getOrDefault(endpoint.id, Sweep.Progress.NONE);
              Sweep.Order order = new Sweep.Order(task, count -> {});
              ShardLoop loop = shards.loop(endpoint.id);
              loop.execute(
                  () -> loop.withLane(endpoint, lane -> lane.endings().sweep().begin(order)));
            });
  }

  /** Ends the searches for parked rows and the tasks that it resumed. Any thread may call it. */
  void stop() {
    tasks.stop();
    stopped = true;
  }

  /** Finds the endpoints of partitions that have parked rows, on a worker. */
  void scan(Set<Tenure> tenures) {
    new Scan(tenures).run();
  }

  /** The search for the parked rows of partitions, a page at a time. */
  private final class Scan implements Runnable {
    private final Set<Tenure> tenures;
    private final Set<Integer> partitions;
    private final OutageLog outage = new OutageLog(LOG, "Search for parked deliveries");
    private @Nullable ScanKey after = ScanKey.START;
    private int failures;

    Scan(Set<Tenure> tenures) {
      this.tenures = tenures;
      this.partitions = partitions(tenures);
    }

    @Override
    public void run() {
      try {
        scanPages();
        outage.succeeded();
      } catch (StoreException e) {
        outage.failed(e);
        later();
        return;
      } catch (Throwable e) {
        context.guard().report("the search for parked deliveries", e);
        later();
        return;
      }
      if (stopped) {
        return;
      }
      for (ShardLoop loop : shards.all()) {
        loop.execute(() -> tenures.forEach(loop::scanned));
      }
      tenures.forEach(Tenure::recovered);
    }

    private void scanPages() {
      PartitionScan store = context.runtime().store().across(partitions);
      while (after != null && !stopped) {
        ScanPage<LiveRow> heads = store.parkedHeads(after, PAGE);
        List<StoredLanes.News> news = new ArrayList<>();
        for (PartitionRow<LiveRow> head : heads.rows()) {
          LiveRow row = head.row();
          news.add(
              new StoredLanes.News(
                  head.partition(), row.endpoint(), lane -> lane.unloaded(row.parkedKey())));
        }
        lanes.tell(news);
        after = heads.next();
      }
    }

    private void later() {
      context
          .workers()
          .executeLater(StoreBackoff.nanos(failures++, StoreBackoff.OUTAGE_NANOS), this);
    }
  }
}
