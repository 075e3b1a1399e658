package dev.posthorn.internal.engine.base;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts durations in buckets that each are an eighth wider than the one before, from one
 * microsecond to over an hour. Thread-safe; reading while others write gives a value that was true
 * at some time.
 */
public final class LatencyHistogram {
  private static final int SUB = 8;
  private static final int BUCKETS = 33 * SUB;

  private final AtomicLongArray counts = new AtomicLongArray(BUCKETS);
  private final LongAdder totalMicros = new LongAdder();

  /** Counts a duration in nanoseconds. */
  public void record(long nanos) {
    long micros = Math.max(1, nanos / 1_000);
    counts.incrementAndGet(bucket(micros));
    totalMicros.add(micros);
  }

  /** Returns how many durations were counted. */
  public long count() {
    long sum = 0;
    for (int i = 0; i < BUCKETS; i++) {
      sum += counts.get(i);
    }
    return sum;
  }

  /** Returns the sum of all durations, in microseconds. */
  public long totalMicros() {
    return totalMicros.sum();
  }

  /**
   * Returns how many durations were at most so long, in microseconds; those of the bucket that the
   * bound lies in are left out.
   */
  public long countUpTo(long micros) {
    long sum = 0;
    for (int i = 0; i < BUCKETS && upperEdge(i) <= micros; i++) {
      sum += counts.get(i);
    }
    return sum;
  }

  /** Returns the upper edge of the bucket that holds a quantile, in microseconds; 0 if empty. */
  public long quantileMicros(double quantile) {
    long total = count();
    long rank = Math.max(1, (long) Math.ceil(total * quantile));
    long seen = 0;
    for (int i = 0; i < BUCKETS && total > 0; i++) {
      seen += counts.get(i);
      if (seen >= rank) {
        return upperEdge(i);
      }
    }
    return 0;
  }

  private static int bucket(long micros) {
    int power = 63 - Long.numberOfLeadingZeros(micros);
    int sub = (int) (power < 3 ? micros << (3 - power) : micros >>> (power - 3)) & (SUB - 1);
    return Math.min(BUCKETS - 1, power * SUB + sub);
  }

  private static long upperEdge(int bucket) {
    int power = bucket / SUB;
    int sub = bucket % SUB;
    return power < 3
        ? (SUB + sub) >>> (3 - power)
        : (1L << power) + ((sub + 1L) << (power - 3)) - 1;
  }
}
