package dev.posthorn.internal.id;

/**
 * Generates ids that always grow, even if the clock goes back or more ids are requested in one
 * millisecond than it has. Not thread-safe: the writer owns it.
 *
 * <p>Processes that write to the same store at the same time have a slot each, and no two slots
 * share an id. The first half of a millisecond has 4,096 ids for each slot. The second half has a
 * million ids for one slot, as its turn comes: for messages to more endpoints, whose deliveries
 * have the ids directly after the message's. A process that is alone has all ids.
 */
public final class IdSequence {
  /** The slot of a process that writes alone. */
  public static final int ALONE = -1;

  /** The number of slots. */
  public static final int SLOTS = 256;

  private static final int SLOT_BITS = 12;
  private static final long SLOT_SIZE = 1L << SLOT_BITS;
  private static final long HALF = SLOTS * SLOT_SIZE;

  private long last;
  private int slot = ALONE;

  /** Creates the sequence of a process that writes alone and continues after {@code floor}. */
  public IdSequence(long floor) {
    this.last = floor;
  }

  /** Generates ids of a slot from now on. */
  public void use(int number) {
    if (number < ALONE || number >= SLOTS) {
      throw new IllegalArgumentException("slot " + number);
    }
    slot = number;
  }

  /** Generates only ids after {@code floor} from now on. */
  public void continueAfter(long floor) {
    last = Math.max(last, floor);
  }

  /** Returns the next id for a wall time in milliseconds. */
  public long next(long millis) {
    return next(millis, 0);
  }

  /**
   * Returns the next id for a wall time in milliseconds, and reserves {@code more} ids that
   * directly follow it.
   */
  public long next(long millis, int more) {
    long id = first(millis, more + 1L);
    last = id + more;
    return id;
  }

  private long first(long millis, long size) {
    long next = Math.max(last + 1, Ids.firstAt(millis));
    if (slot == ALONE || fits(next, size)) {
      return next;
    }
    long time = Ids.timeOf(next);
    if (size <= SLOT_SIZE) {
      long first = Ids.firstAt(time) + slot * SLOT_SIZE;
      return first > last ? first : Ids.firstAt(time + 1) + slot * SLOT_SIZE;
    }
    if (size > HALF) {
      throw new IllegalArgumentException(size + " ids at once");
    }
    long turn = time + Math.floorMod(slot - time, SLOTS);
    long first = Ids.firstAt(turn) + HALF;
    return first > last ? first : Ids.firstAt(turn + SLOTS) + HALF;
  }

  /** Returns whether so many ids from {@code id} on are the slot's. */
  private boolean fits(long id, long size) {
    long time = Ids.timeOf(id);
    long place = id - Ids.firstAt(time);
    if (place < HALF) {
      return place >> SLOT_BITS == slot && place % SLOT_SIZE + size <= SLOT_SIZE;
    }
    return Math.floorMod(time, SLOTS) == slot && place + size <= 2 * HALF;
  }

  /** Returns the last id. */
  public long last() {
    return last;
  }
}
