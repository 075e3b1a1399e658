package dev.posthorn.internal.engine.lane;

import dev.posthorn.internal.engine.registry.RegisteredEndpoint;
import dev.posthorn.spi.store.LiveRow;
import dev.posthorn.spi.store.PartitionReads;
import dev.posthorn.spi.store.StoreException;
import java.util.ArrayDeque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends deliveries that are only in the store once their deadline has passed, whatever waits before
 * them. Lanes end the deliveries in memory themselves.
 *
 * <p>One partition is searched at a time; a round through all of them takes 30 seconds. A partition
 * that has more than a page is searched again soon, in turn with the round.
 */
public final class Expiry {
  private static final Logger LOG = LoggerFactory.getLogger(Expiry.class);
  private static final long EACH_NANOS = 30_000_000_000L;
  private static final long MORE_NANOS = 100_000_000;
  private static final int PAGE = 500;

  private final LaneContext context;
  private final Shards shards;
  private final int partitions;

  /** The partitions that had a full page, each once. Only one search runs at a time. */
  private final ArrayDeque<Integer> crowded = new ArrayDeque<>();

  private int nextOfRound;
  private boolean crowdedNext;

  public Expiry(LaneContext context, Shards shards) {
    this.context = context;
    this.shards = shards;
    this.partitions = context.runtime().store().partitions();
  }

  /** Searches from now on, again and again; more often while there are many. */
  public void start() {
    lookAfter(EACH_NANOS / partitions);
  }

  private void lookAfter(long nanos) {
    context.workers().executeLater(nanos, this::look);
  }

  private void look() {
    int partition = next();
    List<LiveRow> late = List.of();
    try {
      PartitionReads store = context.runtime().store().in(partition);
      late = store.parkedBefore(context.journal().time().millis(), PAGE);
    } catch (StoreException e) {
      LOG.warn("Search for expired deliveries failed, will be repeated: {}", e.getMessage());
    } catch (Throwable e) {
      context.guard().report("the search for expired deliveries", e);
    }
    try {
      late.forEach(this::end);
    } finally { // whatever became of these
      if (late.size() == PAGE && !crowded.contains(partition)) {
        crowded.addLast(partition);
      }
      long each = EACH_NANOS / partitions;
      lookAfter(crowded.isEmpty() ? each : Math.min(each, MORE_NANOS));
    }
  }

  private int next() {
    crowdedNext = !crowdedNext && !crowded.isEmpty();
    if (crowdedNext) {
      return crowded.removeFirst();
    }
    int partition = nextOfRound;
    nextOfRound = (partition + 1) % partitions;
    return partition;
  }

  private void end(LiveRow row) {
    RegisteredEndpoint endpoint = context.endpoints().endpoint(row.endpoint());
    if (endpoint != null) { // else it is cancelled
      ShardLoop loop = shards.loop(row.endpoint());
      loop.execute(() -> loop.lane(endpoint).endings().endStored(row));
    }
  }
}
