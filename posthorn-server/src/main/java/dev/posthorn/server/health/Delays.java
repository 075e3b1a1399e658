package dev.posthorn.server.health;

import dev.posthorn.internal.engine.base.LatencyHistogram;

/** Counts of durations up to some bounds, from which quantiles of a period can be told. */
public final class Delays {
  /** No durations at all. */
  public static final Delays NONE = new Delays(new long[Bounds.MICROS.length], 0);

  private final long[] upTo;
  private final long all;

  /** Bounds in microseconds: each a quarter above the previous one, from 1 ms to a minute. */
  private static final class Bounds {
    static final long[] MICROS = bounds();

    private static long[] bounds() {
      long[] bounds = new long[50];
      double bound = 1_000;
      for (int i = 0; i < bounds.length; i++) {
        bounds[i] = (long) bound;
        bound *= 1.25;
      }
      return bounds;
    }
  }

  private Delays(long[] upTo, long all) {
    this.upTo = upTo;
    this.all = all;
  }

  /** Returns the present counts of a histogram. */
  static Delays of(LatencyHistogram histogram) {
    long[] upTo = new long[Bounds.MICROS.length];
    for (int i = 0; i < upTo.length; i++) {
      upTo[i] = histogram.countUpTo(Bounds.MICROS[i]);
    }
    return new Delays(upTo, histogram.count());
  }

  /**
   * Returns a quantile of the durations that were counted since an earlier time, in milliseconds,
   * rounded up to a bound; -1 if there were none.
   */
  public double quantileMillis(double quantile, Delays earlier) {
    long count = all - earlier.all;
    if (count <= 0) {
      return -1;
    }
    long rank = Math.max(1, (long) Math.ceil(count * quantile));
    for (int i = 0; i < upTo.length; i++) {
      if (upTo[i] - earlier.upTo[i] >= rank) {
        return Math.round(Bounds.MICROS[i] / 10.0) / 100.0;
      }
    }
    return Bounds.MICROS[upTo.length - 1] / 1_000.0;
  }
}
