package dev.posthorn.internal.postgresql.lease;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The time until which this process may believe that its lease is in force. It counts from before
 * the renewal was sent, so it ends before the database's time does. Two clocks count, and the one
 * that went further decides: the monotonic one stands still while a machine is suspended, and the
 * other one can be set.
 */
final class Deadline {
  /** The part of a lease that different speeds of clocks may take away. */
  private static final int DRIFT_PARTS = 20;

  private final long nanos;
  private final LongSupplier nanoTime;
  private final LongSupplier wallMillis;
  private volatile Moment renewed;

  /** A time by both clocks. */
  record Moment(long nanos, long millis) {}

  Deadline(Duration lease, LongSupplier nanoTime, LongSupplier wallMillis, Moment renewed) {
    this.nanos = lease.minus(lease.dividedBy(DRIFT_PARTS)).toNanos();
    this.nanoTime = nanoTime;
    this.wallMillis = wallMillis;
    this.renewed = renewed;
  }

  /** Returns the time now. */
  static Moment now(LongSupplier nanoTime, LongSupplier wallMillis) {
    return new Moment(nanoTime.getAsLong(), wallMillis.getAsLong());
  }

  /** Extends the deadline, after a renewal that was sent at a time succeeded. */
  void renewed(Moment sent) {
    renewed = sent;
  }

  /** Returns whether the deadline has passed. */
  boolean hasPassed() {
    Moment last = renewed;
    return nanoTime.getAsLong() - last.nanos > nanos
        || (wallMillis.getAsLong() - last.millis) * 1_000_000 > nanos;
  }
}
