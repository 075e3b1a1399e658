package dev.posthorn.testkit.simulation;

import dev.posthorn.scheduler.Clock;
import java.util.PriorityQueue;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Virtual time, and what happens in it: events run one after the other in the order of their times;
 * chance decides between events at the same time.
 */
public final class SimClock implements Clock {
  private static final long EPOCH_MILLIS = 1_750_000_000_000L;

  private final RandomGenerator random;
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private long nanos = 1_000_000_000;
  private long jumpedMillis;
  private long longestJumpMillis;
  private boolean jumped;
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
    return EPOCH_MILLIS + nanos / 1_000_000 + jumpedMillis;
  }

  /** Sets the wall clock forward, or back; monotonic time knows nothing of it. */
  public void jump(long millis) {
    jumped = true;
    jumpedMillis += millis;
    longestJumpMillis = Math.max(longestJumpMillis, millis);
  }

  /** Returns whether the wall clock has moved against the monotonic one. */
  boolean hasJumped() {
    return jumped;
  }

  /** Returns the longest jump forward so far. */
  long longestJumpMillis() {
    return longestJumpMillis;
  }

  /** Has a task run after a delay in nanoseconds. */
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
