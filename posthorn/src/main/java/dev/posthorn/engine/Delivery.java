package dev.posthorn.engine;

import dev.posthorn.store.LiveRow;
import dev.posthorn.store.ParkedKey;
import org.jspecify.annotations.Nullable;

/** A delivery in memory. Its lane's loop owns it. */
final class Delivery implements Comparable<Delivery> {
  /** The row as it is stored. */
  final LiveRow row;

  /** What is to be sent, or null if it is only in the store. */
  @Nullable Payload payload;

  /** Whether it must not be attempted again. */
  boolean cancelled;

  /** Whether it holds a permit. */
  boolean permitted;

  /** Whether it was told how its exchange ended. */
  boolean answered;

  /** Whether its row was read aside, so that it may have left the store meanwhile. */
  boolean unsure;

  /** How often its outcome could not be stored, or its exchange not be made, in a row. */
  int refusals;

  /** When its exchange began, in monotonic time. */
  long startedNanos;

  Delivery(LiveRow row, @Nullable Payload payload) {
    this.row = row;
    this.payload = payload;
  }

  void releasePayload() {
    if (payload != null) {
      payload.release();
      payload = null;
    }
  }

  boolean after(ParkedKey key) {
    return row.due() > key.due() || (row.due() == key.due() && row.id() > key.id());
  }

  /** The order within an endpoint: by due time, then by id. */
  @Override
  public int compareTo(Delivery other) {
    int byDue = Long.compare(row.due(), other.row.due());
    return byDue != 0 ? byDue : Long.compare(row.id(), other.row.id());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Delivery d && d.row.id() == row.id() && d.row.due() == row.due();
  }

  @Override
  public int hashCode() {
    return Long.hashCode(row.id());
  }
}
