package dev.posthorn.spi.store;

import org.jspecify.annotations.Nullable;

/**
 * The right of this process to send what is in a store that other processes may open, too. It ends
 * unless the store renews it, and another process may then take over. Thread-safe.
 */
public interface Lease {
  /**
   * A part of all ids. Processes that write at the same time have different slots, and so never the
   * same id.
   *
   * @param number from 0 to 255, or -1 for all ids, if no other process writes
   * @param after ids of the slot that are not greater than this may have been used by a process
   *     that had it before
   */
  record Slot(int number, long after) {
    /** All ids. */
    public static final Slot ALONE = new Slot(-1, 0);
  }

  /** The lease of a store that no other process can open. */
  Lease UNLIMITED = () -> true;

  /**
   * Returns whether this process holds the right now. Never blocks, and is asked before each
   * exchange. Goes by the monotonic clock: a lease that was not renewed in time has ended, whatever
   * the wall clock says and whether or not another process has taken over.
   */
  boolean isHeld();

  /**
   * Returns the error that says that another process has taken over, once this one knows; before,
   * null. Never blocks: an engine that writes nothing asks every second.
   */
  default @Nullable StoreException fenced() {
    return null;
  }

  /** Returns the slot that the ids of this process are from in its epoch. Never blocks. */
  default Slot slot() {
    return Slot.ALONE;
  }

  /**
   * Returns the status of this process among those that share the store, or null if it is alone.
   */
  default @Nullable NodeStatus status() {
    return null;
  }

  /**
   * Returns the timeline of the store: another number once something took its place that may lack
   * the last commits, such as a standby. Then the epoch is another one, too. Never blocks.
   */
  default long timeline() {
    return 0;
  }

  /**
   * Returns the epoch of this process: another number each time that it has lost its partitions to
   * another process. Never blocks. A lease that was not renewed in time does not change it.
   */
  default long epoch() {
    return 0;
  }
}
