package dev.posthorn.internal.http;

import dev.posthorn.HttpTransportOptions;
import dev.posthorn.internal.http.connection.LoopTransport;
import dev.posthorn.internal.http.connection.TransportContext;
import dev.posthorn.internal.http.loop.NettyLoop;
import dev.posthorn.internal.http.loop.NettyScheduler;
import dev.posthorn.internal.http.loop.NettyVersion;
import dev.posthorn.spi.runtime.Loop;
import dev.posthorn.spi.runtime.Scheduler;
import dev.posthorn.spi.transport.ExchangeResult;
import dev.posthorn.spi.transport.HttpRequest;
import dev.posthorn.spi.transport.Transport;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Production transport with one {@link LoopTransport} per loop. */
public final class NettyTransport implements Transport {

  private static final Logger LOG = LoggerFactory.getLogger(NettyTransport.class);
  private static final int CLOSE_SECONDS = 5;

  private final NettyScheduler scheduler;
  private final Map<Loop, LoopTransport> loops;
  private final TransportContext context;
  private final AtomicBoolean closing = new AtomicBoolean();

  private NettyTransport(
      NettyScheduler scheduler, Map<Loop, LoopTransport> loops, TransportContext context) {
    this.scheduler = scheduler;
    this.loops = loops;
    this.context = context;
  }

  /**
   * Opens a transport and starts its threads.
   *
   * @throws IllegalArgumentException if a certificate file named by the options cannot be read
   */
  public static NettyTransport open(HttpTransportOptions options) {
    NettyVersion.require();
    TransportContext context = TransportContext.of(options);
    NettyScheduler scheduler = NettyScheduler.start(options.loops(), context.io());
    try {
      Map<Loop, LoopTransport> loops = new HashMap<>();
      for (NettyLoop loop : scheduler.nettyLoops()) {
        loops.put(loop, new LoopTransport(loop, context));
      }
      if (context.names() != null) {
        context.names().watch(scheduler.nettyLoops().getFirst());
      }
      return new NettyTransport(scheduler, loops, context);
    } catch (RuntimeException | Error e) {
      scheduler.close();
      throw e;
    }
  }

  @Override
  public void exchange(Loop loop, HttpRequest request, Consumer<ExchangeResult> done) {
    LoopTransport transport = loops.get(loop);
    if (transport == null) {
      throw new IllegalArgumentException(
          "loop: does not belong to this transport; use one of scheduler().loops()");
    }
    if (loop.inLoop()) {
      transport.start(request, done);
    } else if (closing.get()) { // no loop is left to call back on
      throw new IllegalStateException("the transport is closed; open another one");
    } else {
      loop.execute(() -> transport.start(request, done));
    }
  }

  /** Returns the threads; see {@link #exchange}. */
  public Scheduler scheduler() {
    return scheduler;
  }

  @Override
  public int connections() {
    return context.connections();
  }

  /** Returns the number of open connections and of those being opened. */
  public int openConnections() {
    return context.open().get();
  }

  @Override
  public void close() {
    if (closing.compareAndSet(false, true)) {
      closeConnections();
    }
    scheduler.close();
  }

  private void closeConnections() {
    context.tls().close();
    CountDownLatch closed = new CountDownLatch(loops.size());
    for (LoopTransport transport : loops.values()) {
      transport.loop.execute(
          () -> {
            try {
              transport.close();
            } finally { // after the results that loops still have to report
              transport.loop.execute(closed::countDown);
            }
          });
    }
    if (loops.keySet().stream().noneMatch(Loop::inLoop)) {
      await(closed);
    }
  }

  private static void await(CountDownLatch closed) {
    try {
      if (!closed.await(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("Connections not closed within {} s: an event loop is busy", CLOSE_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
