package dev.posthorn.server.health;

import dev.posthorn.DeliveryState;
import dev.posthorn.Reason;
import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.EngineStats;
import dev.posthorn.internal.engine.base.AttemptResult;
import dev.posthorn.internal.engine.base.EngineCounters;
import dev.posthorn.spi.store.NodeStatus;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.StoreStats;
import dev.posthorn.spi.store.rows.EndpointState;
import dev.posthorn.spi.transport.ErrorClass.Resource;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads the figures of a server process. Waits for the engine's event loops up to a second. One
 * thread at a time may read.
 */
public final class FiguresReader {
  private static final List<Reason> BY_STORE =
      List.of(Reason.STORE_FULL, Reason.STORE_FAILED, Reason.UNKNOWN);

  private static final long FRESH_NANOS = 30_000_000_000L;

  private final Engine engine;
  private final @Nullable Path database;
  private final Requests requests;
  private Figures.Storage sizes = Figures.Storage.UNKNOWN;
  private long sizesRead;
  private boolean sizesKnown;

  /**
   * Counters of the HTTP layer.
   *
   * @param failed requests to send a message that were answered with 5xx
   * @param invalidTokens invalid tokens
   */
  public record Requests(LongSupplier failed, LongSupplier invalidTokens) {
    /** Nothing is counted. */
    public static final Requests NONE = new Requests(() -> 0, () -> 0);
  }

  /**
   * Creates a reader.
   *
   * @param database the database file, or null if the store is not a file
   */
  public FiguresReader(Engine engine, @Nullable Path database, Requests requests) {
    this.engine = engine;
    this.database = database;
    this.requests = requests;
  }

  /** Returns the present figures. */
  public Figures read() {
    EngineStats stats = engine.stats();
    return new Figures(
        engine.millis(),
        counters(stats),
        stats.gauges(),
        stats.limits().maxInFlight(),
        storage(stats),
        state(stats),
        sharing(stats));
  }

  private static Figures.Sharing sharing(EngineStats stats) {
    NodeStatus node = stats.node();
    return node == null
        ? Figures.Sharing.ALONE
        : new Figures.Sharing(node.losses(), stats.counters().handoffLagMillis());
  }

  private Figures.Counters counters(EngineStats stats) {
    EngineCounters counters = stats.counters();
    long refused = BY_STORE.stream().mapToLong(counters::messagesRefused).sum();
    return new Figures.Counters(
        new Figures.Messages(
            counters.messagesAccepted(),
            counters.messagesUnmatched(),
            refused,
            counters.messagesRefused(Reason.OVERLOADED),
            requests.failed().getAsLong()),
        deliveries(counters),
        new Figures.Trouble(
            stats.condition().unforeseen(),
            Arrays.stream(Resource.values()).mapToLong(stats::exchangesPostponed).sum(),
            counters.endpointsDisabled(EndpointState.DISABLED_FAILING)
                + counters.endpointsDisabled(EndpointState.DISABLED_GONE),
            requests.invalidTokens().getAsLong()),
        Delays.of(counters.firstAttemptDelay()));
  }

  private static Figures.Deliveries deliveries(EngineCounters counters) {
    long attempts = AttemptResult.ofAttempts().stream().mapToLong(counters::attempts).sum();
    return new Figures.Deliveries(
        counters.deliveriesEnded(DeliveryState.SUCCEEDED),
        counters.deliveriesEnded(DeliveryState.FAILED),
        attempts,
        attempts - counters.attempts(AttemptResult.SUCCESS));
  }

  /** Returns the sizes as of at most half a minute ago: a database computes them from its files. */
  private Figures.Storage storage(EngineStats stats) {
    long now = System.nanoTime();
    if (!sizesKnown || now - sizesRead >= FRESH_NANOS) {
      sizes = readSizes(stats);
      sizesRead = now;
      sizesKnown = true;
    }
    return sizes;
  }

  private Figures.Storage readSizes(EngineStats stats) {
    try {
      StoreStats store = stats.store();
      if (database == null) {
        return new Figures.Storage(store.fileBytes(), store.walBytes(), 0, 0);
      }
      FileStore disk = Files.getFileStore(database.toAbsolutePath());
      return new Figures.Storage(
          store.fileBytes(), store.walBytes(), disk.getUsableSpace(), disk.getTotalSpace());
    } catch (StoreException | IOException e) {
      return Figures.Storage.UNKNOWN;
    }
  }

  private Figures.State state(EngineStats stats) {
    return new Figures.State(
        stats.condition().trouble().orElse(null),
        stats.condition().hasFailed(),
        stats.holdsLease(),
        engine.hold().isHeld());
  }
}
