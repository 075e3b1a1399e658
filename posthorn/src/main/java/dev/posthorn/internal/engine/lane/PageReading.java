package dev.posthorn.internal.engine.lane;

import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.ParkedKey;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * The parked rows of a lane that go and come while a page of them is read. Rows that go are taken
 * out of the page, rows that come are added to it. Owned by its queue.
 */
final class PageReading {
  private static final int MAX_ARRIVED = 1_024;

  /** The position that the page begins after. */
  final ParkedKey after;

  private final Set<ParkedKey> gone = new HashSet<>();
  private final TreeSet<Delivery> arrived = new TreeSet<>();

  /** The position behind which arrivals were not kept. */
  private ParkedKey arrivedLimit;

  /**
   * Begins to read a page.
   *
   * @param end the position behind all rows
   */
  PageReading(ParkedKey after, ParkedKey end) {
    this.after = after;
    this.arrivedLimit = end;
  }

  /** Takes note of a row that came behind those in memory; the page may end before or after it. */
  void arrived(Delivery delivery) {
    if (!arrived.add(delivery)) {
      delivery.releasePayload();
    }
    if (arrived.size() > MAX_ARRIVED) {
      Delivery last = arrived.pollLast();
      last.releasePayload();
      arrivedLimit = earlier(before(last.row), arrivedLimit);
    }
  }

  /** Takes note of a row that went: it must come neither with the page nor with the arrivals. */
  void gone(LiveRow row) {
    gone.add(row.parkedKey());
    Delivery same = arrived.floor(new Delivery(row, null));
    if (same != null && same.row.parkedKey().equals(row.parkedKey())) {
      arrived.remove(same);
      same.releasePayload();
    }
  }

  boolean isGone(LiveRow row) {
    return gone.contains(row.parkedKey());
  }

  Set<ParkedKey> allGone() {
    return gone;
  }

  /** Returns the position up to which all rows are known if the page ends at a position. */
  ParkedKey knownThrough(ParkedKey pageEnd) {
    return earlier(arrivedLimit, pageEnd);
  }

  /** Takes note of a row behind a position: it came after the page was read, or before. */
  void unloaded(ParkedKey before) {
    arrivedLimit = earlier(before, arrivedLimit);
  }

  /** Returns the position right before a row. */
  static ParkedKey before(LiveRow row) {
    return before(row.parkedKey());
  }

  /** Returns the position right before that of a row. */
  static ParkedKey before(ParkedKey row) {
    return new ParkedKey(row.due(), row.id() - 1);
  }

  private static ParkedKey earlier(ParkedKey one, ParkedKey other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  /** Passes on what arrived. */
  void eachArrived(Consumer<Delivery> taker) {
    arrived.forEach(taker);
  }
}
