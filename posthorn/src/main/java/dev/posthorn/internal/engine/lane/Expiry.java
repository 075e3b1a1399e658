package dev.posthorn.internal.engine.lane;

import dev.posthorn.internal.engine.base.OutageLog;
import dev.posthorn.internal.engine.registry.RegisteredEndpoint;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.reads.PartitionRow;
import dev.posthorn.spi.store.rows.LiveRow;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import org.slf4j.LoggerFactory;

/**
 * Ends deliveries that are only in the store once their deadline has passed, whatever waits before
 * them. Lanes end the deliveries in memory themselves.
 *
 * <p>A round through all partitions that this node owns begins every 30 seconds. A search ends with
 * a full page; the next one continues soon, with the partitions after that, and a new round follows
 * at once, because the partition in which the page ended may have more.
 */
public final class Expiry {
  private static final long ROUND_NANOS = 30_000_000_000L;
  private static final long MORE_NANOS = 100_000_000;
  private static final int PAGE = 500;

  private final LaneContext context;
  private final Shards shards;
  private final OutageLog outage =
      new OutageLog(LoggerFactory.getLogger(Expiry.class), "Search for expired deliveries");

  /** The partitions that this round has not searched yet. Only one search runs at a time. */
  private SortedSet<Integer> left = Collections.emptySortedSet();

  /** True once a page of this round was full. */
  private boolean crowded;

  public Expiry(LaneContext context, Shards shards) {
    this.context = context;
    this.shards = shards;
  }

  /** Searches from now on, again and again; more often while there are many. */
  public void start() {
    lookAfter(ROUND_NANOS);
  }

  private void lookAfter(long nanos) {
    context.workers().executeLater(nanos, this::look);
  }

  private void look() {
    List<PartitionRow<LiveRow>> late = List.of();
    try {
      late = search(context.runtime().store());
      outage.succeeded();
      late.forEach(each -> end(each.row()));
    } catch (StoreException e) {
      outage.failed(e);
    } catch (Throwable e) {
      context.guard().report("the search for expired deliveries", e);
    } finally { // whatever became of these
      advance(late);
    }
  }

  private List<PartitionRow<LiveRow>> search(Store store) {
    if (left.isEmpty()) {
      left = context.ownership().owned();
      crowded = false;
    }
    return left.isEmpty()
        ? List.of()
        : store.across(left).parkedBefore(context.journal().time().millis(), PAGE);
  }

  private void advance(List<PartitionRow<LiveRow>> late) {
    boolean full = late.size() == PAGE;
    left = full ? left.tailSet(late.getLast().partition() + 1) : Collections.emptySortedSet();
    crowded |= full;
    lookAfter(crowded ? MORE_NANOS : ROUND_NANOS);
  }

  private void end(LiveRow row) {
    RegisteredEndpoint endpoint = context.endpoints().endpoint(row.endpoint());
    if (endpoint != null) { // else it is cancelled
      ShardLoop loop = shards.loop(row.endpoint());
      loop.execute(() -> loop.withLane(endpoint, lane -> lane.endings().endStored(row)));
    }
  }
}
