package dev.posthorn.testkit.attack;

import java.util.Arrays;
import java.util.Locale;

/** Exact durations of all events of one kind. Thread-safe. */
public final class Times {
  private long[] nanos = new long[1_024];
  private int count;

  Times() {}

  synchronized void add(long duration) {
    if (count == nanos.length) {
      nanos = Arrays.copyOf(nanos, 2 * count);
    }
    nanos[count++] = duration;
  }

  /** Returns how many there were. */
  public synchronized int count() {
    return count;
  }

  /** Returns a quantile in milliseconds, the nearest that was seen; 0 if there is none. */
  public synchronized double millis(double quantile) {
    long[] sorted = Arrays.copyOf(nanos, count);
    Arrays.sort(sorted);
    int at = (int) Math.ceil(count * quantile) - 1;
    return count == 0 ? 0 : sorted[Math.clamp(at, 0, count - 1)] / 1e6;
  }

  /** Returns the longest in milliseconds. */
  public double most() {
    return millis(1);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%d, p50 %.1f, p99 %.1f, longest %.1f ms",
        count(),
        millis(0.5),
        millis(0.99),
        most());
  }
}
