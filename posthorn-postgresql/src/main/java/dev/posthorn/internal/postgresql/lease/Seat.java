package dev.posthorn.internal.postgresql.lease;

import dev.posthorn.spi.store.Lease.Slot;

/**
 * The place of a process among others, for as long as no other one takes over from it: a node, its
 * deadline, and the slot that its ids are from.
 */
final class Seat {
  private final Node node;
  private volatile Slot slot;
  private final long epoch;
  private final Timeline timeline;
  private final Deadline deadline;
  private volatile boolean lost;

  /**
   * Creates a seat.
   *
   * @param slot what its ids are from
   * @param epoch tells it from the seats that the process had before
   * @param timeline the timeline of the database: in another one, the seat is void
   */
  Seat(Node node, Slot slot, long epoch, Timeline timeline, Deadline deadline) {
    this.node = node;
    this.slot = slot;
    this.epoch = epoch;
    this.timeline = timeline;
    this.deadline = deadline;
  }

  Node node() {
    return node;
  }

  Slot slot() {
    return slot;
  }

  /** Sets what its ids are from: it begins to write. */
  void begin(Slot from) {
    slot = from;
  }

  long epoch() {
    return epoch;
  }

  /** Returns the timeline of the database: in another one, the seat is void. */
  Timeline timeline() {
    return timeline;
  }

  /** Notes that it was renewed. */
  void renewed(Deadline.Moment sent) {
    deadline.renewed(sent);
  }

  /** Returns whether the process may deliver. */
  boolean isHeld() {
    return !lost && !deadline.hasPassed();
  }

  /** Returns whether it was renewed too long ago, whether or not somebody has taken over. */
  boolean hasLapsed() {
    return deadline.hasPassed();
  }

  /** Notes that it is gone for good. */
  void lose() {
    lost = true;
  }

  boolean isLost() {
    return lost;
  }
}
