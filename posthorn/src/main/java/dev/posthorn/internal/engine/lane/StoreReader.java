package dev.posthorn.internal.engine.lane;

import dev.posthorn.internal.engine.base.Guard;
import dev.posthorn.internal.engine.base.OutageLog;
import dev.posthorn.internal.engine.registry.RegisteredEndpoint;
import dev.posthorn.internal.fair.FairQueue;
import dev.posthorn.spi.runtime.Owner;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.reads.LoadedMessages;
import dev.posthorn.spi.store.reads.PartitionReads;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.ParkedKey;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.LoggerFactory;

/**
 * Reads from the store for the lanes of one loop, on workers, a few reads at once. Pages and
 * payloads take turns, and so do applications: a lane with a permit waits for no crowd that wants
 * pages, and for no crowd of another application. Owned by the loop.
 */
final class StoreReader {
  private static final int MAX_READS = 4;

  private final Executor loop;
  private final Store store;
  private final Executor workers;
  private final Guard guard;
  private final OutageLog outage =
      new OutageLog(LoggerFactory.getLogger(StoreReader.class), "Read from the store");
  private final FairQueue<Read<?>> pages = new FairQueue<>();
  private final FairQueue<Read<?>> payloads = new FairQueue<>();
  private final RecentPayloads recent = new RecentPayloads();
  private final LongSupplier nanos;
  private boolean pageNext;
  private boolean stopped;
  private int reading;

  /**
   * A read from the store.
   *
   * @param read makes it, on a worker
   * @param done has what was read, on the loop
   * @param failed is called on the loop if either of them throws
   */
  private record Read<T>(Supplier<T> read, Consumer<T> done, Runnable failed) {}

  /**
   * Creates a reader.
   *
   * @param nanos the loop's time
   */
  StoreReader(Executor loop, LongSupplier nanos, Store store, Executor workers, Guard guard) {
    this.loop = loop;
    this.nanos = nanos;
    this.store = store;
    this.workers = workers;
    this.guard = guard;
  }

  /** Reads a page of an endpoint's parked rows; calls one of the tasks on the loop. */
  void readPage(
      RegisteredEndpoint endpoint,
      ParkedKey after,
      int limit,
      Consumer<List<LiveRow>> done,
      Runnable failed) {
    PartitionReads from = store.in(endpoint.partition);
    pages.add(
        owner(endpoint), new Read<>(() -> from.parked(endpoint.id, after, limit), done, failed));
    readNext();
  }

  /**
   * Reads messages of an endpoint's application as far as their bodies fit, unless that was done a
   * moment ago; calls one of the tasks on the loop.
   */
  void readMessages(
      RegisteredEndpoint endpoint,
      long[] ids,
      long maxBytes,
      Consumer<LoadedMessages> done,
      Runnable failed) {
    LoadedMessages known = recent.find(ids, maxBytes, nanos.getAsLong());
    if (known != null) {
      loop.execute(() -> take(new Read<>(() -> known, done, failed), known));
      return;
    }
    PartitionReads from = store.in(endpoint.partition);
    Consumer<LoadedMessages> kept =
        loaded -> {
          recent.add(loaded, nanos.getAsLong());
          done.accept(loaded);
        };
    payloads.add(owner(endpoint), new Read<>(() -> from.messages(ids, maxBytes), kept, failed));
    readNext();
  }

  private static Owner owner(RegisteredEndpoint endpoint) {
    return new Owner(endpoint.row().application(), endpoint.id);
  }

  /** Reads no further page. Deliveries that are under way still get their payloads. */
  void stop() {
    stopped = true;
  }

  private void readNext() {
    while (reading < MAX_READS) {
      pageNext = !pageNext && !stopped;
      Read<?> next = (pageNext ? pages : payloads).poll();
      if (next == null && !stopped) {
        next = (pageNext ? payloads : pages).poll();
      }
      if (next == null) {
        return;
      }
      begin(next);
    }
  }

  private <T> void begin(Read<T> read) {
    reading++;
    try {
      workers.execute(() -> readNow(read));
    } catch (Throwable e) { // no thread for it
      notRead(e);
      loop.execute(() -> readDone(read.failed));
    }
  }

  private <T> void readNow(Read<T> read) {
    Runnable effect = read.failed;
    try {
      T found = read.read.get();
      outage.succeeded();
      effect = () -> take(read, found);
    } catch (Throwable e) {
      notRead(e);
    } finally {
      Runnable known = effect;
      loop.execute(() -> readDone(known));
    }
  }

  private <T> void take(Read<T> read, T found) {
    try {
      read.done.accept(found);
    } catch (Throwable e) {
      guard.doubt("what was read from the store", e);
      read.failed.run();
    }
  }

  private void notRead(Throwable e) {
    if (e instanceof StoreException failure) {
      outage.failed(failure);
    } else {
      guard.report("a read from the store", e);
    }
  }

  private void readDone(Runnable effect) {
    reading--;
    readNext();
    effect.run();
  }
}
