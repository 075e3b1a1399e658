package dev.posthorn.internal.runtime;

import dev.posthorn.internal.engine.base.EngineRuntime;
import dev.posthorn.spi.runtime.Clock;
import dev.posthorn.spi.runtime.Loop;
import dev.posthorn.spi.runtime.Scheduler;
import dev.posthorn.spi.transport.ExchangeResult;
import dev.posthorn.spi.transport.HttpRequest;
import dev.posthorn.spi.transport.Transport;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * A runtime whose timers follow a settable clock. Threads and exchanges use the machine's time: a
 * request and its timeouts take real time.
 */
final class ClockedRuntime {
  /** Interval at which a timer checks the clock, which does not announce jumps. */
  private static final long LOOK_NANOS = 10_000_000;

  private ClockedRuntime() {}

  /**
   * Returns a runtime with the threads, store and transport of another runtime, and with a clock.
   */
  static EngineRuntime of(Clock clock, EngineRuntime real) {
    return new EngineRuntime(
        clock,
        new ClockedScheduler(clock, real.scheduler()),
        real.store(),
        new ClockedTransport(real.transport()));
  }

  /** The threads of another scheduler, with other timers. */
  private static final class ClockedScheduler implements Scheduler {
    private final Scheduler real;
    private final List<Loop> loops;
    private final Loop writer;

    ClockedScheduler(Clock clock, Scheduler real) {
      this.real = real;
      this.loops = real.loops().stream().<Loop>map(loop -> new ClockedLoop(clock, loop)).toList();
      this.writer = new ClockedLoop(clock, real.writer());
    }

    @Override
    public List<Loop> loops() {
      return loops;
    }

    @Override
    public Loop writer() {
      return writer;
    }

    @Override
    public Executor workers() {
      return real.workers();
    }

    @Override
    public Executor callbacks() {
      return real.callbacks();
    }

    @Override
    public void close() {
      real.close();
    }
  }

  private record ClockedLoop(Clock clock, Loop real) implements Loop {
    @Override
    public void execute(Runnable task) {
      real.execute(task);
    }

    @Override
    public void executeAfterIo(Runnable task) {
      real.executeAfterIo(task);
    }

    @Override
    public void executeSoon(Runnable task) {
      real.executeSoon(task);
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
      ClockedTimer timer = new ClockedTimer(this, delayNanos, task);
      timer.arm();
      return timer;
    }

    @Override
    public boolean inLoop() {
      return real.inLoop();
    }
  }

  /**
   * A timer that ends once its delay has passed by the clock or by the machine's time: pauses
   * between retries end while the clock stands still, and code that waits for a time by the clock
   * checks again.
   */
  private static final class ClockedTimer implements Loop.Timer {
    private final ClockedLoop loop;
    private final Runnable task;
    private final long due;
    private final long machineDue;
    private volatile Loop.Timer look = () -> {};
    private volatile boolean canceled;

    ClockedTimer(ClockedLoop loop, long delayNanos, Runnable task) {
      this.loop = loop;
      this.task = task;
      this.due = loop.clock.nanoTime() + delayNanos;
      this.machineDue = loop.clock.machine().nanoTime() + delayNanos;
    }

    private long leftNanos() {
      return Math.min(due - loop.clock.nanoTime(), machineDue - loop.clock.machine().nanoTime());
    }

    void arm() {
      look = loop.real.schedule(Math.clamp(leftNanos(), 0, LOOK_NANOS), this::look);
    }

    private void look() {
      if (canceled) {
        return;
      }
      if (leftNanos() > 0) {
        arm();
      } else {
        task.run();
      }
    }

    @Override
    public void cancel() {
      canceled = true;
      look.cancel();
    }
  }

  private record ClockedTransport(Transport real) implements Transport {
    @Override
    public void exchange(Loop loop, HttpRequest request, Consumer<ExchangeResult> done) {
      real.exchange(((ClockedLoop) loop).real, request, done);
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
