package dev.posthorn.internal.engine.lane;

import dev.posthorn.internal.engine.registry.RegisteredEndpoint;
import dev.posthorn.spi.store.LiveRow;
import dev.posthorn.spi.store.StoreException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends deliveries that are only in the store once their deadline has passed, whatever waits before
 * them. Lanes end the deliveries in memory themselves.
 */
public final class Expiry {
  private static final Logger LOG = LoggerFactory.getLogger(Expiry.class);
  private static final long EACH_NANOS = 30_000_000_000L;
  private static final long MORE_NANOS = 100_000_000;
  private static final int PAGE = 500;

  private final LaneContext context;
  private final Shards shards;

  public Expiry(LaneContext context, Shards shards) {
    this.context = context;
    this.shards = shards;
  }

  /** Searches from now on, again and again; more often while there are many. */
  public void start() {
    lookAfter(EACH_NANOS);
  }

  private void lookAfter(long nanos) {
    context.workers().executeLater(nanos, this::look);
  }

  private void look() {
    List<LiveRow> late = List.of();
    try {
      late = context.runtime().store().parkedBefore(context.journal().time().millis(), PAGE);
    } catch (StoreException e) {
      LOG.warn("Search for expired deliveries failed, will be repeated: {}", e.getMessage());
    } catch (Throwable e) {
      context.guard().report("the search for expired deliveries", e);
    }
    try {
      late.forEach(this::end);
    } finally { // whatever became of these
      lookAfter(late.size() == PAGE ? MORE_NANOS : EACH_NANOS);
    }
  }

  private void end(LiveRow row) {
    RegisteredEndpoint endpoint = context.endpoints().endpoint(row.endpoint());
    if (endpoint != null) { // else it is cancelled
      ShardLoop loop = shards.loop(row.endpoint());
      loop.execute(() -> loop.lane(endpoint).endings().endStored(row));
    }
  }
}
