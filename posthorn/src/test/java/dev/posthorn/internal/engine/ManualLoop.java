package dev.posthorn.internal.engine;

import dev.posthorn.spi.runtime.Clock;
import dev.posthorn.spi.runtime.Loop;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;

/** A loop, and time, that go on when a test says so. */
public final class ManualLoop implements Loop, Clock {
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private final PriorityQueue<Timed> timers =
      new PriorityQueue<>(Comparator.comparingLong(timed -> timed.at));
  private long nanos = 1_000_000_000;

  private record Timed(long at, Runnable task) {}

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  @Override
  public void executeSoon(Runnable task) {
    var unused = schedule(SOON_NANOS, task);
  }

  @Override
  public Timer schedule(long delayNanos, Runnable task) {
    Timed timed = new Timed(nanos + delayNanos, task);
    timers.add(timed);
    return () -> timers.remove(timed);
  }

  @Override
  public boolean inLoop() {
    return true;
  }

  @Override
  public long nanoTime() {
    return nanos;
  }

  @Override
  public long millis() {
    return 1_700_000_000_000L + nanos / 1_000_000;
  }

  /** Runs the next task. */
  public void runOne() {
    tasks.remove().run();
  }

  /** Runs what is to be run now. */
  public void run() {
    runFor(0);
  }

  /** Runs what is to be run now and within so much time. */
  public void runFor(long millis) {
    long until = nanos + millis * 1_000_000;
    while (true) {
      Runnable task = tasks.poll();
      if (task != null) {
        task.run();
      } else if (!timers.isEmpty() && timers.element().at <= until) {
        Timed next = timers.remove();
        nanos = Math.max(nanos, next.at);
        next.task.run();
      } else {
        nanos = until;
        return;
      }
    }
  }
}
