package dev.posthorn.bench.delivery;

import java.util.Arrays;

/** Every duration that was recorded, so that quantiles are exact. Thread-safe. */
public final class Latencies {
  private int[] micros = new int[1_024];
  private int count;

  /** Takes a duration in nanoseconds; one of more than half an hour counts as that. */
  public synchronized void record(long nanos) {
    if (count == micros.length) {
      micros = Arrays.copyOf(micros, 2 * count);
    }
    micros[count++] = (int) Math.min(Integer.MAX_VALUE, nanos / 1_000);
  }

  /** Returns how many there are. */
  public synchronized int count() {
    return count;
  }

  /** Returns a quantile in microseconds, the nearest that was recorded; 0 if there is none. */
  public synchronized int quantileMicros(double quantile) {
    if (count == 0) {
      return 0;
    }
    int[] sorted = Arrays.copyOf(micros, count);
    Arrays.sort(sorted);
    return sorted[Math.clamp((long) Math.ceil(count * quantile) - 1, 0, count - 1)];
  }
}
