package dev.posthorn.internal.engine;

import dev.posthorn.internal.engine.base.Condition;
import dev.posthorn.internal.engine.base.EngineCounters;
import dev.posthorn.internal.engine.base.EngineLimits;
import dev.posthorn.internal.engine.base.Promises;
import dev.posthorn.internal.engine.journal.JournalMeter;
import dev.posthorn.internal.engine.lane.Lane;
import dev.posthorn.internal.engine.lane.LaneContext;
import dev.posthorn.internal.engine.lane.LaneGauges;
import dev.posthorn.internal.engine.lane.LaneView;
import dev.posthorn.internal.engine.lane.ShardLoop;
import dev.posthorn.internal.engine.lane.Shards;
import dev.posthorn.internal.engine.registry.RegisteredSettings;
import dev.posthorn.spi.store.NodeStatus;
import dev.posthorn.spi.store.StoreStats;
import dev.posthorn.spi.transport.ErrorClass.Resource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The figures of an engine: its counters since the start, and what it holds. Thread-safe.
 *
 * <p>Reading counters costs the engine nothing. {@link #gauges} looks at each lane on its loop, so
 * a new one is taken at most once a second.
 */
public final class EngineStats {
  private static final long FRESH_NANOS = 1_000_000_000;
  private static final long PATIENCE_MILLIS = 1_000;

  private final LaneContext context;
  private final RegisteredSettings settings;
  private final Shards shards;
  private final Promises promises;
  private LaneGauges last = LaneGauges.EMPTY;
  private long takenNanos;
  private boolean taken;
  private volatile boolean closed;

  EngineStats(LaneContext context, RegisteredSettings settings, Shards shards, Promises promises) {
    this.context = context;
    this.settings = settings;
    this.shards = shards;
    this.promises = promises;
  }

  /** The engine stops: nothing is in memory from now on. */
  void close() {
    closed = true;
  }

  /** Returns the counters of messages, attempts and deliveries. */
  public EngineCounters counters() {
    return context.counters();
  }

  /** Returns the counters of the journal. */
  public JournalMeter journal() {
    return context.journal().meter();
  }

  /** Returns the number of exchanges postponed because this process lacked something. */
  public long exchangesPostponed(Resource resource) {
    return context.shortages().count(resource);
  }

  /** Returns the condition: whether the engine can work, and if not, why. */
  public Condition condition() {
    return context.guard().condition();
  }

  /** Returns whether this process holds the lease of the store now. */
  public boolean holdsLease() {
    return !condition().isFenced() && context.runtime().store().lease().isHeld();
  }

  /**
   * Returns the status of this process among those that share the store, or null if it is alone.
   */
  public @Nullable NodeStatus node() {
    return context.runtime().store().lease().status();
  }

  /** Returns the number of partitions whose messages this process delivers now. */
  public int partitions() {
    return context.ownership().owned().size();
  }

  /** Returns the version of the settings in memory. */
  public long settingsVersion() {
    return settings.version();
  }

  /** Returns the number of events dropped because listeners were too slow. */
  public long eventsDropped() {
    return context.events().dropped();
  }

  /**
   * Returns the sizes of the store.
   *
   * @throws dev.posthorn.spi.store.StoreException if they cannot be read
   */
  public StoreStats store() {
    return context.runtime().store().stats();
  }

  /** Returns the present work of an endpoint's lane. */
  public CompletableFuture<LaneView> lane(long endpoint) {
    Promises.Promise<LaneView> view = promises.make();
    ShardLoop loop = shards.loop(endpoint);
    loop.execute(
        () -> {
          Lane lane = loop.laneOrNull(endpoint);
          view.complete(lane == null ? idle(endpoint) : lane.view());
        });
    return view.future();
  }

  private LaneView idle(long endpoint) {
    return LaneView.idle(
        context.endpoints().endpoint(endpoint), limits().firstWindow(), context.clock().millis());
  }

  /** Returns whether this process delivers the messages of an application now. */
  public boolean delivers(long application) {
    return context.ownership().isOwned(context.endpoints().partitionOf(application));
  }

  /** Returns the limits of the engine. */
  public EngineLimits limits() {
    return context.options().limits();
  }

  /**
   * Returns the number of deliveries in memory that wait for their first attempt, over all lanes.
   */
  public int hotRows() {
    return limits().hotRows() - context.hotBudget().left();
  }

  /** Returns the bytes of payloads in memory for deliveries that wait. */
  public long payloadBytes() {
    return context.bodyRoom().used();
  }

  /**
   * Returns what is in memory now, or was within the last second. Waits for the event loops at most
   * a second, then returns the last figures known; must not be called on an event loop.
   *
   * @return all zero once the engine is stopped
   */
  public synchronized LaneGauges gauges() {
    if (closed) {
      return LaneGauges.EMPTY;
    }
    long now = context.clock().machine().nanoTime();
    if (!taken || now - takenNanos >= FRESH_NANOS) {
      try {
        last = take().get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
      } catch (ExecutionException | TimeoutException | RejectedExecutionException e) {
        return last; // the loops are busy or gone: the next one may know more
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return last;
      }
      taken = true;
      takenNanos = now;
    }
    return last;
  }

  private CompletableFuture<LaneGauges> take() {
    List<CompletableFuture<LaneGauges>> parts =
        shards.all().stream()
            .map(loop -> CompletableFuture.supplyAsync(loop::gauges, loop.loop()))
            .toList();
    return parts.stream()
        .reduce((one, other) -> one.thenCombine(other, LaneGauges::and))
        .orElseGet(() -> CompletableFuture.completedFuture(LaneGauges.EMPTY));
  }
}
