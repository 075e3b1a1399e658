package dev.posthorn.internal.http.loop;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.posthorn.spi.runtime.Loop;
import dev.posthorn.spi.runtime.Scheduler;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.DefaultEventExecutor;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Netty's event loops, one more thread for the writer, and a small pool for blocking work. */
@SuppressWarnings("FutureReturnValueIgnored") // The termination futures are awaited.
public final class NettyScheduler implements Scheduler {

  private static final Logger log = LoggerFactory.getLogger(NettyScheduler.class);
  private static final int STOP_SECONDS = 5;

  /** The time after which the table of descriptors grows: the start has other things to do. */
  private static final long GROW_NANOS = 2_000_000_000;

  private final EventLoopGroup group;
  private final List<NettyLoop> loops;
  private final NettyLoop writer;
  private final ThreadPoolExecutor workers;

  private NettyScheduler(
      EventLoopGroup group, List<NettyLoop> loops, NettyLoop writer, ThreadPoolExecutor workers) {
    this.group = group;
    this.loops = loops;
    this.writer = writer;
    this.workers = workers;
  }

  public static NettyScheduler start(int loops, NativeIo io) {
    EventLoopGroup group = io.loops(loops, new DefaultThreadFactory("posthorn-loop", true));
    List<NettyLoop> all = new ArrayList<>();
    for (EventExecutor executor : group) {
      all.add(new NettyLoop(executor));
    }
    NettyLoop writer =
        new NettyLoop(new DefaultEventExecutor(new DefaultThreadFactory("posthorn-writer", true)));
    int threads = Math.max(4, 2 * Runtime.getRuntime().availableProcessors());
    // Platform threads: a store call may block in native code, which would pin a virtual thread's
    // carrier anyway.
    ThreadPoolExecutor workers =
        new ThreadPoolExecutor(
            threads,
            threads,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            new DefaultThreadFactory("posthorn-worker", true));
    workers.allowCoreThreadTimeOut(true);
    NettyScheduler scheduler = new NettyScheduler(group, List.copyOf(all), writer, workers);
    scheduler.growDescriptorTable();
    return scheduler;
  }

  private void growDescriptorTable() {
    loops.getFirst().schedule(GROW_NANOS, () -> work(DescriptorTable::grow));
  }

  @Override
  public List<Loop> loops() {
    return List.copyOf(loops);
  }

  public List<NettyLoop> nettyLoops() {
    return loops;
  }

  @Override
  public Loop writer() {
    return writer;
  }

  @Override
  public Executor workers() {
    return this::work;
  }

  /**
   * {@inheritDoc}
   *
   * <p>Each task has its own virtual thread: tasks that wait for each other cannot deadlock, and
   * there is nothing to close.
   */
  @Override
  public Executor callbacks() {
    return task -> Thread.ofVirtual().name("posthorn-callback").start(task);
  }

  private void work(Runnable task) {
    try {
      workers.execute(
          () -> {
            try {
              task.run();
            } catch (Throwable e) {
              log.error("A task failed", e);
            }
          });
    } catch (RejectedExecutionException e) {
      log.debug("Dropped a task: the workers have stopped");
    }
  }

  @Override
  public void close() {
    loops.forEach(NettyLoop::stop);
    writer.stop();
    workers.getQueue().clear();
    workers.shutdown();
    group.shutdownGracefully(0, STOP_SECONDS, TimeUnit.SECONDS);
    writer.executor.shutdownGracefully(0, STOP_SECONDS, TimeUnit.SECONDS);
    if (loops.stream().anyMatch(NettyLoop::inLoop) || writer.inLoop()) {
      return;
    }
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(STOP_SECONDS);
    try {
      boolean ended = group.terminationFuture().await(until - System.nanoTime(), NANOSECONDS);
      ended &= writer.executor.terminationFuture().await(until - System.nanoTime(), NANOSECONDS);
      ended &= workers.awaitTermination(until - System.nanoTime(), NANOSECONDS);
      if (!ended) {
        log.warn("A thread is still busy {} s after the scheduler was closed", STOP_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
