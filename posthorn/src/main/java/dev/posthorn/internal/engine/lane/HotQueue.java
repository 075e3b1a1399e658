package dev.posthorn.internal.engine.lane;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The deliveries of a lane whose rows are in {@code hot}, in order. Owned by its queue. */
final class HotQueue {
  private final ArrayDeque<Delivery> rows = new ArrayDeque<>(4);

  int size() {
    return rows.size();
  }

  /** Returns the first one, or null. */
  @Nullable Delivery first() {
    return rows.peekFirst();
  }

  /**
   * Adds one, nearly always as the last: behind it are only rows of a node whose clock is ahead.
   */
  void add(Delivery delivery) {
    ArrayDeque<Delivery> after = null;
    while (!rows.isEmpty() && rows.getLast().compareTo(delivery) > 0) {
      after = after == null ? new ArrayDeque<>() : after;
      after.addFirst(rows.pollLast());
    }
    rows.addLast(delivery);
    if (after != null) {
      rows.addAll(after);
    }
  }

  /** Puts one back in its place, since its change was not stored. */
  void putBack(Delivery delivery) {
    ArrayDeque<Delivery> before = new ArrayDeque<>();
    while (!rows.isEmpty() && rows.getFirst().compareTo(delivery) < 0) {
      before.addLast(rows.pollFirst());
    }
    rows.addFirst(delivery);
    while (!before.isEmpty()) {
      rows.addFirst(before.pollLast());
    }
  }

  /** Removes up to {@code most} from the end and returns them in order. */
  List<Delivery> takeLast(int most) {
    ArrayDeque<Delivery> taken = new ArrayDeque<>();
    while (taken.size() < most && !rows.isEmpty()) {
      taken.addFirst(rows.pollLast());
    }
    return List.copyOf(taken);
  }

  /** Removes one; returns whether it was there. */
  @SuppressWarnings("ReferenceEquality") // the usual case, without looking through the queue
  boolean remove(Delivery delivery) {
    if (rows.peekFirst() == delivery) {
      rows.pollFirst();
      return true;
    }
    return rows.remove(delivery);
  }

  void removeIf(Predicate<Delivery> isTaken) {
    rows.removeIf(isTaken);
  }

  /** Returns the one with an id, or null. */
  @Nullable Delivery find(long id) {
    for (Delivery delivery : rows) {
      if (delivery.row.id() == id) {
        return delivery;
      }
    }
    return null;
  }

  Iterator<Delivery> iterator() {
    return rows.iterator();
  }

  Collection<Delivery> all() {
    return rows;
  }
}
