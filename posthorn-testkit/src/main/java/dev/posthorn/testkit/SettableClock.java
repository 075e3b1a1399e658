package dev.posthorn.testkit;

import dev.posthorn.spi.runtime.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** A clock that stands still until a test advances it, and starts its due timers then. */
final class SettableClock implements Clock {
  private static final Duration LONGEST = Duration.ofDays(36_500);

  private final Instant start;
  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>(
          Comparator.comparingLong((Timer timer) -> timer.due)
              .thenComparingLong(timer -> timer.number));
  private long numbers;
  private volatile Duration elapsed = Duration.ZERO;

  SettableClock(Instant start) {
    this.start = start;
  }

  @Override
  public long nanoTime() {
    return elapsed.toNanos();
  }

  @Override
  public long millis() {
    return instant().toEpochMilli();
  }

  @Override
  public Instant instant() {
    return start.plus(elapsed);
  }

  @Override
  public long offsetMillis() {
    return start.toEpochMilli();
  }

  @Override
  public Clock machine() {
    return Clock.system();
  }

  /** Returns this clock as programs take one. */
  java.time.Clock inUtc() {
    return new Zoned(this, ZoneOffset.UTC);
  }

  /** Adds to the time, and starts the timers that are due by then, the earliest first. */
  void advance(Duration time) {
    if (time.isNegative()) {
      throw new IllegalArgumentException(
          "advance: " + time + " is negative; the time only moves forward");
    }
    for (Timer timer : move(time)) {
      timer.start.run();
    }
  }

  private synchronized List<Timer> move(Duration time) {
    Duration total = elapsed.plus(time);
    if (total.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "advance: " + time + " leads too far; at most 100 years after the start");
    }
    elapsed = total;
    List<Timer> due = new ArrayList<>();
    while (!timers.isEmpty() && timers.peek().due <= nanoTime()) {
      due.add(timers.remove());
    }
    return due;
  }

  /** Sets a timer; {@code start} is called on the thread that advances the clock. */
  synchronized Timer setTimer(long delayNanos, Runnable start) {
    long now = nanoTime();
    long due = delayNanos > Long.MAX_VALUE - now ? Long.MAX_VALUE : now + delayNanos;
    Timer timer = new Timer(due, numbers++, start);
    timers.add(timer);
    return timer;
  }

  /** Forgets a timer, if it has not started. */
  synchronized void forget(Timer timer) {
    timers.remove(timer);
  }

  /** A timer that has not started yet. */
  static final class Timer {
    private final long due;
    private final long number;
    private final Runnable start;

    private Timer(long due, long number, Runnable start) {
      this.due = due;
      this.number = number;
      this.start = start;
    }
  }

  /** The clock in a time zone. */
  private static final class Zoned extends java.time.Clock {
    private final SettableClock clock;
    private final ZoneId zone;

    Zoned(SettableClock clock, ZoneId zone) {
      this.clock = clock;
      this.zone = zone;
    }

    @Override
    public Instant instant() {
      return clock.instant();
    }

    @Override
    public ZoneId getZone() {
      return zone;
    }

    @Override
    public java.time.Clock withZone(ZoneId other) {
      return new Zoned(clock, other);
    }

    @Override
    public String toString() {
      return "SettableClock[" + instant() + "]";
    }
  }
}
