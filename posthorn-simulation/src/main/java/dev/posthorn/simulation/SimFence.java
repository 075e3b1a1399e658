package dev.posthorn.simulation;

import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.Lease;
import dev.posthorn.spi.store.StoreException;
import org.jspecify.annotations.Nullable;

/** The right of one process to send what is on the simulated disk, and to write there. */
interface SimFence {
  /** Returns whether the process may send now, as far as it knows. */
  boolean isHeld();

  /** Returns the error that says that it may never do anything again, if it knows; else null. */
  @Nullable StoreException fenced();

  /**
   * Begins the transaction of a batch.
   *
   * @throws StoreException if the process may not write it
   */
  default void begin(Batch batch) {}

  /**
   * Begins another transaction that writes.
   *
   * @throws StoreException if the process may never do that again
   */
  default void requireRight() {}

  /** Takes note of an id up to which those of the process are settled. */
  default void settle(long id) {}

  /** Returns the id up to which those of all processes are settled. */
  default long settledId() {
    return Long.MAX_VALUE;
  }

  /** Returns what the process sees. */
  default SimViewer viewer() {
    return SimViewer.ALONE;
  }

  /** Returns the timeline of the database that the process has joined. */
  default long timeline() {
    return 0;
  }

  /** Returns the slot of the process in the ids that it gives. */
  default Lease.Slot slot() {
    return Lease.Slot.ALONE;
  }
}
