package dev.posthorn.internal.postgresql.lease;

import dev.posthorn.spi.store.Lease.Slot;

/**
 * The place of a process among others, for as long as no other one takes over from it: a node, its
 * deadline, and the slot that its ids are from.
 */
final class Seat {
  private final Node node;
  private final Slot slot;
  private final long epoch;
  private final String timeline;
  private final Deadline deadline;
  private volatile boolean lost;

  /**
   * Creates a seat.
   *
   * @param slot what its ids are from
   * @param epoch tells it from the seats that the process had before
   * @param timeline the condition that no other database has taken the place of this one
   */
  Seat(Node node, Slot slot, long epoch, String timeline, Deadline deadline) {
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

  long epoch() {
    return epoch;
  }

  /** Returns the condition that no other database has taken the place of this one: SQL. */
  String timeline() {
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
