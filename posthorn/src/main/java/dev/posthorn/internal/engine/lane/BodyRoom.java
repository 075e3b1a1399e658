package dev.posthorn.internal.engine.lane;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Room in memory for the payloads of deliveries that wait, shared by the writer and all loops. It
 * is a cache: a payload without room is read from the store when its turn comes. {@link Permits}
 * counts payloads under way.
 */
public final class BodyRoom {
  /** No read takes more than its part of what is left, so that others find room too. */
  private static final int PARTS = 16;

  /** The largest that counts as small: larger ones leave a quarter of the room to those. */
  private static final long SMALL = 64 * 1024;

  private final long bytes;
  private final AtomicLong left;

  BodyRoom(long bytes) {
    this.bytes = bytes;
    this.left = new AtomicLong(bytes);
  }

  /** Takes room for a payload if there is some. */
  boolean tryTake(long wanted) {
    if (wanted > SMALL && !hasRoomForLarge(wanted)) {
      return false;
    }
    if (left.addAndGet(-wanted) >= 0) {
      return true;
    }
    left.addAndGet(wanted);
    return false;
  }

  private boolean hasRoomForLarge(long wanted) {
    return left.get() - wanted >= bytes / 4;
  }

  /** Takes room for what is to be read; returns how much, perhaps none. */
  long takePart(long most) {
    long part = Math.min(most, left.get() / PARTS);
    if (part > SMALL && !hasRoomForLarge(part)) {
      part = SMALL;
    }
    return part > 0 && tryTake(part) ? part : 0;
  }

  void giveBack(long taken) {
    left.addAndGet(taken);
  }

  /** Returns whether half of it is taken. The other half is not for lanes that cannot go on. */
  boolean isScarce() {
    return left.get() < bytes / 2;
  }

  /** Returns the bytes in use. */
  public long used() {
    return bytes - left.get();
  }
}
