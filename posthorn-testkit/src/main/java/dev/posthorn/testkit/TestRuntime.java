package dev.posthorn.testkit;

import dev.posthorn.internal.engine.base.EngineRuntime;
import dev.posthorn.spi.runtime.Loop;
import dev.posthorn.spi.runtime.Scheduler;
import dev.posthorn.spi.transport.ExchangeResult;
import dev.posthorn.spi.transport.HttpRequest;
import dev.posthorn.spi.transport.Transport;
import dev.posthorn.testkit.Activity.Kind;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A runtime with a clock that a test sets, on the store, network and threads of the machine. It
 * counts everything the engine has under way.
 */
final class TestRuntime {
  private TestRuntime() {}

  /** Returns a runtime that goes by {@code clock} and counts into {@code activity}. */
  static EngineRuntime of(EngineRuntime machine, SettableClock clock, Activity activity) {
    return new EngineRuntime(
        clock,
        new Threads(machine.scheduler(), clock, activity),
        machine.store(),
        new Network(machine.transport(), activity));
  }

  private static final class Threads implements Scheduler {
    private final Scheduler machine;
    private final Activity activity;
    private final List<Loop> loops;
    private final Loop writer;

    Threads(Scheduler machine, SettableClock clock, Activity activity) {
      this.machine = machine;
      this.activity = activity;
      this.loops =
          machine.loops().stream()
              .<Loop>map(loop -> new CountedLoop(loop, clock, activity))
              .toList();
      this.writer = new CountedLoop(machine.writer(), clock, activity);
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
      return counted(Kind.TASK, machine.workers());
    }

    @Override
    public Executor callbacks() {
      return counted(Kind.CALLBACK, machine.callbacks());
    }

    private Executor counted(Kind kind, Executor executor) {
      return task -> give(executor, kind, activity, task);
    }

    @Override
    public void close() {
      machine.close();
    }
  }

  /** Hands a task to an executor, which may have no thread for it. */
  private static void give(Executor executor, Kind kind, Activity activity, Runnable task) {
    Runnable counted = activity.counted(kind, task);
    boolean given = false;
    try {
      executor.execute(counted);
      given = true;
    } finally {
      if (!given) {
        activity.end(kind);
      }
    }
  }

  private record CountedLoop(Loop machine, SettableClock clock, Activity activity) implements Loop {
    @Override
    public void execute(Runnable task) {
      give(machine, Kind.TASK, activity, task);
    }

    @Override
    public void executeAfterIo(Runnable task) {
      give(machine::executeAfterIo, Kind.TASK, activity, task);
    }

    @Override
    public void executeSoon(Runnable task) {
      give(machine::executeSoon, Kind.TASK, activity, task);
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
      if (delayNanos <= 0) {
        AtomicBoolean canceled = new AtomicBoolean();
        execute(
            () -> {
              if (!canceled.get()) {
                task.run();
              }
            });
        return () -> canceled.set(true);
      }
      TwoClockTimer timer = new TwoClockTimer(this, task);
      timer.start(delayNanos);
      return timer;
    }

    @Override
    public boolean inLoop() {
      return machine.inLoop();
    }
  }

  /**
   * A timer that runs once its delay has passed by the clock that is set, or by the machine's. The
   * engine looks at its own clock then, so a wait by that clock goes on; but a pause before another
   * try, or before closing, ends while that clock stands still.
   */
  private static final class TwoClockTimer implements Loop.Timer {
    private final CountedLoop loop;
    private final Runnable task;
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile SettableClock.@Nullable Timer settable;
    private volatile Loop.Timer machine = () -> {};

    TwoClockTimer(CountedLoop loop, Runnable task) {
      this.loop = loop;
      this.task = task;
    }

    void start(long delayNanos) {
      settable = loop.clock.setTimer(delayNanos, () -> loop.execute(this::run));
      machine =
          loop.machine.schedule(
              delayNanos, () -> loop.activity.counted(Kind.TASK, this::run).run());
    }

    private void run() {
      if (over.compareAndSet(false, true)) {
        forget();
        task.run();
      }
    }

    @Override
    public void cancel() {
      if (over.compareAndSet(false, true)) {
        forget();
      }
    }

    private void forget() {
      machine.cancel();
      SettableClock.Timer timer = settable;
      if (timer != null) {
        loop.clock.forget(timer);
      }
    }
  }

  private record Network(Transport machine, Activity activity) implements Transport {
    @Override
    public void exchange(Loop loop, HttpRequest request, Consumer<ExchangeResult> done) {
      activity.begin(request);
      boolean begun = false;
      try {
        machine.exchange(
            ((CountedLoop) loop).machine,
            request,
            result -> {
              try {
                done.accept(result);
              } finally {
                activity.end(request);
              }
            });
        begun = true;
      } finally {
        if (!begun) {
          activity.end(request);
        }
      }
    }

    @Override
    public int connections() {
      return machine.connections();
    }

    @Override
    public void close() {
      machine.close();
    }
  }
}
