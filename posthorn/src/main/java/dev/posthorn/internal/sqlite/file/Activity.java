package dev.posthorn.internal.sqlite.file;

import java.util.function.LongSupplier;

/** The time of the last commit, for those who give way to commits. Thread-safe. */
public final class Activity {
  private static final long RECENT_NANOS = 10_000_000;

  private final LongSupplier nanos;
  private volatile long last;

  public Activity() {
    this(System::nanoTime);
  }

  /** Creates an activity with a clock of its own, in nanoseconds. */
  Activity(LongSupplier nanos) {
    this.nanos = nanos;
    this.last = nanos.getAsLong() - RECENT_NANOS;
  }

  /** Takes note of a commit. */
  public void committed() {
    last = nanos.getAsLong();
  }

  /** Returns whether there was a commit a short time ago. */
  boolean isRecent() {
    return nanos.getAsLong() - last < RECENT_NANOS;
  }

  long nanos() {
    return nanos.getAsLong();
  }
}
