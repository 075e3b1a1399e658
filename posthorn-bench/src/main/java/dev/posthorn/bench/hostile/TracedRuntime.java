package dev.posthorn.bench.hostile;

import dev.posthorn.bench.delivery.TimingReceiver;
import dev.posthorn.internal.engine.base.EngineRuntime;
import dev.posthorn.spi.runtime.Loop;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.PartitionBatch;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.spi.transport.ExchangeResult;
import dev.posthorn.spi.transport.HttpRequest;
import dev.posthorn.spi.transport.Transport;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells a {@link DeliveryTrace} of the commits and the requests of a runtime, and shows what its
 * writer and its loops did.
 */
final class TracedRuntime {
  private final DeliveryTrace trace;
  private final boolean watches;
  private final WriterLog writer = new WriterLog();
  private final CommitLog commits = new CommitLog();
  private final CollectorPauses pauses = new CollectorPauses();
  private @Nullable LoopWatch watch;

  /** The healthy endpoint's event loop. */
  private volatile @Nullable Thread loop;

  /** The monotonic time at which the time of measurement began. */
  private long start;

  /**
   * Creates it for one runtime.
   *
   * @param watches whether to look at the loops while they keep tasks waiting
   */
  TracedRuntime(DeliveryTrace trace, boolean watches) {
    this.trace = trace;
    this.watches = watches;
  }

  /** Returns a runtime that does the same. */
  EngineRuntime of(EngineRuntime runtime) {
    if (watches) {
      watch = new LoopWatch(runtime.scheduler().loops());
    }
    return runtime
        .withStore(store(runtime.store()))
        .withTransport(new TracedTransport(runtime.transport()));
  }

  private Store store(Store store) {
    return (Store)
        Proxy.newProxyInstance(
            Store.class.getClassLoader(),
            new Class<?>[] {Store.class},
            (proxy, method, args) -> call(store, method, args));
  }

  private @Nullable Object call(Store store, Method method, Object @Nullable [] args)
      throws Throwable {
    boolean isCommit = method.getName().equals("commit") && args != null;
    List<Long> healthy = isCommit && args != null ? healthy((Batch) args[0]) : List.of();
    ThreadTimes.Times before = healthy.isEmpty() ? ThreadTimes.Times.NONE : trace.writerTimes();
    long begin = System.nanoTime();
    Object result;
    try {
      result = method.invoke(store, args);
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
    if (isCommit && args != null) {
      long end = System.nanoTime();
      ThreadTimes.Times after = healthy.isEmpty() ? before : trace.writerTimes();
      committed((Batch) args[0], healthy, new Way.Span(begin, before, end, after));
    } else if (method.getName().equals("upkeep")) {
      long end = System.nanoTime();
      writer.add(WriterLog.Work.UPKEEP, begin, end);
      commits.tended(end - begin);
    }
    return result;
  }

  /** Forgets what was recorded so far. */
  void clear() {
    start = System.nanoTime();
    trace.clear();
    commits.clear();
    pauses.clear();
    if (watch != null) {
      watch.clear();
    }
  }

  /** Prints what was recorded since the last call. */
  void print() {
    List<Way> slowest = trace.print();
    if (watch != null) {
      new SlowMessages(pauses, watch, loop, start).print(slowest);
      commits.print();
      pauses.print();
      watch.print();
    }
  }

  /** Ends the watch. */
  void end() {
    if (watch != null) {
      watch.close();
    }
  }

  private void committed(Batch batch, List<Long> healthy, Way.Span span) {
    for (long sent : healthy) {
      trace.committed(sent, span, writer);
    }
    writer.add(WriterLog.Work.COMMIT, span.begin(), span.end());
    commits.committed(batch, span.end() - span.begin());
  }

  private static List<Long> healthy(Batch batch) {
    List<Long> all = new ArrayList<>();
    for (PartitionBatch rows : batch.partitions()) {
      for (MessageRow message : rows.messages) {
        byte[] body = message.body();
        long sent = body == null ? 0 : DeliveryTrace.sentAt(body);
        if (sent != 0) {
          all.add(sent);
        }
      }
    }
    return all;
  }

  private final class TracedTransport implements Transport {
    private final Transport real;

    TracedTransport(Transport real) {
      this.real = real;
    }

    @Override
    public void exchange(Loop loop, HttpRequest request, Consumer<ExchangeResult> done) {
      long sent = DeliveryTrace.sentAt(request.body());
      if (sent != 0) {
        TracedRuntime.this.loop = Thread.currentThread();
      }
      Way way = sent == 0 ? null : trace.requested(sent, System.nanoTime());
      real.exchange(loop, request, way == null ? done : result -> ended(way, result, done));
    }

    private void ended(Way way, ExchangeResult result, Consumer<ExchangeResult> done) {
      if (result instanceof ExchangeResult.Response response) {
        trace.received(way, TimingReceiver.timeIn(response.excerpt()));
      }
      done.accept(result);
    }

    @Override
    public int connections() {
      return real.connections();
    }

    @Override
    public void close() {
      real.close();
    }
  }
}
