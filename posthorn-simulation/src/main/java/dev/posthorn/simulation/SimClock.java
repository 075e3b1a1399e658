package dev.posthorn.simulation;

import dev.posthorn.spi.runtime.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Virtual time, and what happens in it: events run one after the other in the order of their times;
 * chance decides between events at the same time.
 */
public final class SimClock implements Clock {
  private static final long BELIEVED_MILLIS = 900_000;
  private static final long SMALL_STEP_MILLIS = 60_000;
  private static final long SETTLED_NANOS = 150_000_000_000L;
  private static final long JUST_NOW_NANOS = 10_000_000_000L;
  private static final long EPOCH_MILLIS = 1_750_000_000_000L;

  private final RandomGenerator random;
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private long nanos = 1_000_000_000;
  private long jumpedMillis;
  private final List<String> jumps = new ArrayList<>();
  private long briefMillis;
  private int briefJumps;
  private long mostAheadMillis;
  private long backMillis;
  private long lastJumpMillis;
  private long jumpedAtNanos = Long.MIN_VALUE / 2;
  private long changedNanos = Long.MIN_VALUE / 2;
  private long longestStepMillis;
  private boolean jumped;

  /** The time by which the clocks of several machines may differ from this one. */
  private long spreadMillis;

  private long sequence;
  private @Nullable Violation violation;

  private record Event(long nanos, int tie, long sequence, Runnable task)
      implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(nanos, other.nanos);
      int byTie = byTime != 0 ? byTime : Integer.compare(tie, other.tie);
      return byTie != 0 ? byTie : Long.compare(sequence, other.sequence);
    }
  }

  /** Creates a clock; {@code random} orders what happens at the same time. */
  public SimClock(RandomGenerator random) {
    this.random = random;
  }

  @Override
  public long nanoTime() {
    return nanos;
  }

  @Override
  public long millis() {
    return EPOCH_MILLIS + nanos / 1_000_000 + jumpedMillis + briefMillis;
  }

  /** Returns the time by which the clocks of machines may differ from this one. */
  long spreadMillis() {
    return spreadMillis;
  }

  /** Lets machines have clocks of their own, which differ from this one by so much at most. */
  void spread(long millis) {
    spreadMillis = millis;
    longestStepMillis = 2 * millis;
    jumped = true;
  }

  /** Sets the wall clock forward, or back; monotonic time knows nothing of it. */
  public void jump(long millis) {
    jumped = true;
    jumps.add(nanos / 1_000_000 + ": " + millis);
    boolean again = nanos - jumpedAtNanos < JUST_NOW_NANOS;
    lastJumpMillis = (again ? lastJumpMillis : 0) + Math.max(0, millis);
    jumpedAtNanos = nanos;
    changedNanos = nanos;
    jumpedMillis += millis;
    longestStepMillis = Math.max(longestStepMillis, millis);
    backMillis += Math.max(0, -millis);
    mayBeAhead();
  }

  /**
   * Sets the wall clock forward, or back, and right again after a time: no engine may do what
   * cannot be undone because of it.
   */
  public void jumpBriefly(long millis, long nanosLong) {
    jumped = true;
    jumps.add(nanos / 1_000_000 + ": " + millis + " for " + nanosLong / 1_000_000);
    int number = ++briefJumps;
    briefMillis = millis;
    if (millis <= SMALL_STEP_MILLIS) {
      longestStepMillis = Math.max(longestStepMillis, millis);
    }
    // It may be believed at once, and is set back before or after it.
    backMillis += Math.abs(millis) <= BELIEVED_MILLIS ? Math.abs(millis) : 0;
    mayBeAhead();
    after(
        nanosLong,
        () -> {
          if (number == briefJumps) {
            briefMillis = 0;
            changedNanos = nanos;
          }
        });
  }

  /** Returns whether what the clock says now has been so for long enough to be believed by now. */
  boolean isSettled() {
    return briefMillis == 0 && nanos - changedNanos > SETTLED_NANOS;
  }

  /** An engine starts: it believes a clock that is behind. */
  void engineStarts() {
    changedNanos = jumped ? nanos : changedNanos;
    backMillis += Math.max(0, -briefMillis);
  }

  /** A short jump by this or less may be believed when an engine starts. */
  private void mayBeAhead() {
    long brief = briefMillis <= BELIEVED_MILLIS ? Math.max(0, briefMillis) : 0;
    mostAheadMillis = Math.max(mostAheadMillis, jumpedMillis + brief);
  }

  /**
   * Returns the latest that an engine may think it is: the clock was set for long, or by little.
   */
  long latestMillis() {
    return EPOCH_MILLIS + nanos / 1_000_000 + mostAheadMillis + spreadMillis;
  }

  /**
   * Returns the earliest that an engine may think it is: what was set for a short while, or just
   * now, does not count, and times that users gave before the clock was set back may come late by
   * as much.
   */
  long earliestMillis() {
    long justNow = nanos - jumpedAtNanos < JUST_NOW_NANOS ? Math.max(0, lastJumpMillis) : 0;
    return EPOCH_MILLIS + nanos / 1_000_000 + jumpedMillis - justNow - backMillis - spreadMillis;
  }

  /** Returns whether the wall clock has moved against the monotonic one. */
  boolean hasJumped() {
    return jumped;
  }

  /**
   * Returns the longest step forward so far that a running engine may have believed: the clock was
   * set for long, or by a minute at most, which is believed at once, however soon it is set back.
   */
  long longestStepMillis() {
    return longestStepMillis;
  }

  @Override
  public String toString() {
    return millis() + " (" + jumps + ")";
  }

  /** Runs a task after a delay in nanoseconds. */
  public void after(long delayNanos, Runnable task) {
    long at = nanos + Math.max(0, delayNanos);
    events.add(new Event(at, random.nextInt(), sequence++, task));
  }

  /**
   * Notes that a promise was broken, where the engine would take the throw for a fault of its own:
   * the next step fails.
   */
  Violation violated(Violation found) {
    if (violation == null) {
      violation = found;
    }
    return found;
  }

  /**
   * Moves time to the next event and runs it; returns false if there is none.
   *
   * @throws Violation if a promise was broken
   */
  public boolean step() {
    Event next = events.poll();
    if (next == null) {
      return false;
    }
    nanos = next.nanos;
    next.task.run();
    if (violation != null) {
      throw violation;
    }
    return true;
  }

  /** Returns how many events there were so far. */
  public long count() {
    return sequence - events.size();
  }
}
