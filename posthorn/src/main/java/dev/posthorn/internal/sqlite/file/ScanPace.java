package dev.posthorn.internal.sqlite.file;

import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;

/**
 * The rests of a list that examines many rows. While messages and outcomes are committed, it works
 * for about half a millisecond and rests for three, so commits and deliveries rarely wait for a
 * processor because of it. Owned by its reader.
 */
final class ScanPace {
  private static final long WORK_NANOS = 500_000;
  private static final long REST_NANOS = 3_000_000;

  private final Activity activity;
  private final LongConsumer rest;
  private long resumed;

  ScanPace(Activity activity) {
    this(activity, LockSupport::parkNanos);
  }

  /**
   * Creates a pace.
   *
   * @param rest waits for a number of nanoseconds
   */
  ScanPace(Activity activity, LongConsumer rest) {
    this.activity = activity;
    this.rest = rest;
  }

  /** Begins a list. */
  void begin() {
    resumed = activity.nanos();
  }

  /** Rests if it is time. */
  void rest() {
    long worked = activity.nanos() - resumed;
    if (worked < WORK_NANOS) {
      return;
    }
    if (activity.isRecent()) {
      rest.accept(REST_NANOS);
    }
    resumed = activity.nanos();
  }
}
