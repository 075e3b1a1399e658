package dev.posthorn.internal.postgresql.lease;

import java.util.function.LongSupplier;

/**
 * The clocks of this process that a lease knows.
 *
 * @param nanoTime the monotonic one, which decides
 * @param wallMillis the wall clock, which only shows that the machine was suspended
 */
record LeaseClocks(LongSupplier nanoTime, LongSupplier wallMillis) {
  /** The clocks of the machine. */
  static final LeaseClocks MACHINE = new LeaseClocks(System::nanoTime, System::currentTimeMillis);

  Deadline.Moment now() {
    return Deadline.now(nanoTime, wallMillis);
  }
}
