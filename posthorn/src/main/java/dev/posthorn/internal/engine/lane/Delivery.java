package dev.posthorn.internal.engine.lane;

import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.MessageSpec;
import dev.posthorn.spi.store.rows.ParkedKey;
import org.jspecify.annotations.Nullable;

/** A delivery in memory. Its lane's loop owns it. */
public final class Delivery implements Comparable<Delivery> {
  private static final int UNKNOWN = -1;

  /** The row as it is stored. */
  public final LiveRow row;

  /** The payload, or null if it is only in the store. */
  @Nullable Payload payload;

  /** True while the payload is counted as one that waits. */
  private boolean kept;

  /** The size of the payload's body, or -1 if it is unknown. */
  public int bytes = UNKNOWN;

  /** True while it holds a permit. */
  boolean permitted;

  /** The bytes that the permit holds. */
  long room;

  /** True once its exchange has ended. */
  boolean answered;

  /** True if its row was read outside the lane's pages, and may have left the store since. */
  boolean unsure;

  /** The times in a row that its outcome was not stored, or its exchange not made. */
  int refusals;

  /** The start of its exchange, in monotonic time. */
  long startedNanos;

  public Delivery(LiveRow row, @Nullable Payload payload) {
    this.row = row;
    this.payload = payload;
    this.kept = payload != null;
  }

  /** Returns this delivery to wait again, with its present row. */
  Delivery again(LiveRow now) {
    Delivery again = new Delivery(now, null);
    again.bytes = bytes;
    return again;
  }

  /** Keeps a payload that was read for it while it waits. */
  void keep(Payload read) {
    payload = read;
    kept = true;
    bytes = read.message.body().length;
  }

  /** Counts the payload with the permit from now on, no longer as one that waits. */
  void payloadUnderWay() {
    if (kept && payload != null) {
      payload.release();
    }
    kept = false;
  }

  public void releasePayload() {
    payloadUnderWay();
    payload = null;
  }

  /** Returns the description of its message, or null if that is only in the store. */
  @Nullable MessageSpec spec() {
    return payload == null ? null : payload.message.spec();
  }

  /** Returns the event type of its message, or null if that is only in the store. */
  @Nullable String type() {
    return payload == null ? null : payload.message.type();
  }

  /** Returns the bytes that its permit has to hold. */
  long exchangeBytes(Permits permits) {
    return bytes == UNKNOWN ? permits.mostSmall() : Payload.exchangeBytes(bytes);
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
