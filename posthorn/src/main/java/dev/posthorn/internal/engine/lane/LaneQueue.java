package dev.posthorn.internal.engine.lane;

import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.ParkedKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The deliveries of one lane that are in memory: those of {@code hot}, and the first of {@code
 * parked}.
 *
 * <p>Parked rows are in memory up to a position ({@code loadedThrough}); what lies behind it is
 * only in the store and comes in pages. The invariant: every live row is in {@code hot}, in {@code
 * parked}, in {@code busy}, or behind the position. While a page is being read, rows may go and
 * come ({@link PageReading}). Without that a delivery whose success is recorded would be sent
 * again, or a row that came would be forgotten.
 */
class LaneQueue {
  private static final ParkedKey END = new ParkedKey(Long.MAX_VALUE, Long.MAX_VALUE);

  private final HotQueue hot = new HotQueue();
  private final TreeSet<Delivery> parked = new TreeSet<>();
  private final Map<Long, Delivery> busy = new HashMap<>(4);

  /**
   * Parked rows of deliveries that are busy with an earlier row, by id: a page had them before this
   * lane was told of the other attempt. They wait until the earlier one has left.
   */
  private @Nullable Map<Long, LiveRow> later;

  private ParkedKey loadedThrough;

  /** Nothing that waits in memory has a deadline before this. */
  private long firstDeadline = Long.MAX_VALUE - 1;

  /** True if the row that the position was taken from may be gone, so the next row is unknown. */
  private boolean nextGone;

  /** The page that is being read, or null. */
  private @Nullable PageReading reading;

  /**
   * Creates an empty queue.
   *
   * @param complete whether the store has no parked rows of the lane; otherwise pages must be read
   */
  LaneQueue(boolean complete) {
    loadedThrough = complete ? END : ParkedKey.START;
  }

  /** Returns whether all parked rows are in memory. */
  final boolean complete() {
    return loadedThrough.equals(END);
  }

  /**
   * Returns the time of the next row that is only in the store, or an earlier one if that is not
   * known.
   */
  final long nextDue() {
    return nextGone ? ParkedKey.START.due() : loadedThrough.due();
  }

  final boolean reading() {
    return reading != null;
  }

  final int hotSize() {
    return hot.size();
  }

  final int parkedSize() {
    return parked.size();
  }

  final int busySize() {
    return busy.size();
  }

  final boolean isEmpty() {
    return hot.size() == 0 && parked.isEmpty() && busy.isEmpty() && complete() && !reading();
  }

  /** Adds a row that entered {@code hot}. */
  final void addHot(Delivery delivery) {
    hot.add(delivery);
    firstDeadline = Math.min(firstDeadline, delivery.row.deadline());
  }

  private void putParked(Delivery delivery) {
    parked.add(delivery);
    firstDeadline = Math.min(firstDeadline, delivery.row.deadline());
  }

  /** Returns a time before which nothing that waits in memory is too late. */
  final long firstDeadline() {
    return firstDeadline;
  }

  /**
   * Moves up to {@code most} deliveries that wait in memory, and have a deadline before a time, to
   * busy. It looks at all of them, so it is not to be called for each delivery.
   */
  List<Delivery> takeLate(long nowMillis, int most) {
    List<Delivery> late = new ArrayList<>();
    firstDeadline = Long.MAX_VALUE - 1;
    Predicate<Delivery> isTaken =
        delivery -> {
          if (delivery.row.deadline() < nowMillis && late.size() < most) {
            return late.add(delivery);
          }
          firstDeadline = Math.min(firstDeadline, delivery.row.deadline());
          return false;
        };
    hot.removeIf(isTaken);
    parked.removeIf(isTaken);
    late.forEach(this::setBusy);
    return late;
  }

  private void setBusy(Delivery delivery) {
    busy.put(delivery.row.id(), delivery);
  }

  /** Makes a delivery busy whose row is only in the store, behind the position. */
  final void takeStored(Delivery delivery) {
    gone(delivery.row); // it must not come with a page, or out of what arrived
    setBusy(delivery);
  }

  /** Puts a row of {@code hot} back in its place: what was to become of it was not stored. */
  final void returnHot(Delivery delivery) {
    hot.putBack(delivery);
    firstDeadline = Math.min(firstDeadline, delivery.row.deadline());
  }

  /**
   * Adds a row that entered {@code parked}, if it belongs in memory; keeps at most {@code room}.
   */
  final void addParked(Delivery delivery, int room) {
    Delivery earlier = busy.get(delivery.row.id());
    if (earlier != null) {
      delivery.releasePayload();
      comesLater(delivery.row, earlier);
    } else if (!delivery.after(loadedThrough)) {
      Delivery present = parked.floor(delivery);
      if (delivery.equals(present)) {
        parked.remove(present);
        present.releasePayload();
      }
      putParked(delivery);
      trim(room);
    } else if (reading != null) {
      reading.arrived(delivery);
    } else {
      delivery.releasePayload();
    }
  }

  /** Keeps a row of a busy delivery, unless that is the one: a page may have it before its news. */
  private void comesLater(LiveRow row, Delivery earlier) {
    if (!row.parkedKey().equals(earlier.row.parkedKey())) {
      Map<Long, LiveRow> rows = later == null ? new HashMap<>(2) : later;
      rows.put(row.id(), row);
      later = rows;
    }
  }

  /** Learns that the store has a parked row that may not be in memory. */
  final void unloaded(ParkedKey row) {
    ParkedKey before = PageReading.before(row);
    if (reading != null) {
      reading.unloaded(before); // the page may have been read before the row came
    }
    if (before.compareTo(loadedThrough) < 0) {
      loadedThrough = before;
      while (!parked.isEmpty() && parked.last().after(before)) {
        parked.pollLast().releasePayload();
      }
    }
  }

  /** Returns the first row in {@code hot}, or null. */
  final @Nullable Delivery firstHot() {
    return hot.first();
  }

  /** Returns the first parked row in memory, or null. */
  final @Nullable Delivery firstParked() {
    return parked.isEmpty() ? null : parked.first();
  }

  /** Returns the first delivery that waits in memory, or null. */
  final @Nullable Delivery first() {
    return firstOf(firstHot(), firstParked());
  }

  /** Returns the first delivery that waits in memory and is due, or null. */
  final @Nullable Delivery firstDue(long nowMillis) {
    Delivery first = firstParked();
    return firstOf(firstHot(), first == null || first.row.due() > nowMillis ? null : first);
  }

  private static @Nullable Delivery firstOf(@Nullable Delivery hot, @Nullable Delivery parked) {
    return parked == null || (hot != null && hot.compareTo(parked) < 0) ? hot : parked;
  }

  final boolean isLoaded(Delivery delivery) {
    return !delivery.after(loadedThrough);
  }

  /** Moves a delivery from waiting to busy. */
  final void take(Delivery delivery) {
    if (!removeWaiting(delivery)) {
      throw new IllegalStateException("not waiting: " + delivery.row);
    }
    setBusy(delivery);
  }

  /**
   * Takes up to {@code most} rows from the end of {@code hot}, in order, leaving the first ones.
   */
  final List<Delivery> takeHot(int most) {
    List<Delivery> taken = hot.takeLast(most);
    taken.forEach(this::setBusy);
    return taken;
  }

  /** Forgets a busy delivery whose row has left the store; keeps at most {@code room} parked. */
  final void left(Delivery delivery, int room) {
    busy.remove(delivery.row.id());
    nextGone |= isAtPosition(delivery.row.parkedKey());
    gone(delivery.row);
    LiveRow row = later == null ? null : later.remove(delivery.row.id());
    if (row != null) {
      addParked(new Delivery(row, null), room);
    }
  }

  /** Returns a busy delivery by its id, or null. */
  final @Nullable Delivery busy(long id) {
    return busy.get(id);
  }

  final Collection<Delivery> allBusy() {
    return busy.values();
  }

  /** Returns the delivery of a row if it waits in memory, or null. */
  private @Nullable Delivery waiting(LiveRow row) {
    if (row.place() == LiveRow.QueueState.PARKED) {
      Delivery same = new Delivery(row, null);
      Delivery found = parked.floor(same);
      return same.equals(found) ? found : null;
    }
    return hot.find(row.id());
  }

  /** Returns all deliveries that wait in memory. */
  final List<Delivery> allWaiting() {
    List<Delivery> all = new ArrayList<>(hot.all());
    all.addAll(parked);
    return all;
  }

  /** Shows the deliveries that are due, in order, until the visitor returns false. */
  final void eachDue(long nowMillis, Predicate<Delivery> visitor) {
    Iterator<Delivery> hots = hot.iterator();
    Iterator<Delivery> parkeds = parked.iterator();
    Delivery first = next(hots, nowMillis);
    Delivery second = next(parkeds, nowMillis);
    boolean more = true;
    while (more && (first != null || second != null)) {
      if (second == null || (first != null && first.compareTo(second) < 0)) {
        more = first != null && visitor.test(first);
        first = next(hots, nowMillis);
      } else {
        more = visitor.test(second);
        second = next(parkeds, nowMillis);
      }
    }
  }

  private static @Nullable Delivery next(Iterator<Delivery> deliveries, long nowMillis) {
    Delivery next = deliveries.hasNext() ? deliveries.next() : null;
    return next == null || next.row.due() > nowMillis ? null : next;
  }

  /**
   * Moves the delivery of a live row to busy, from waiting or from where it is only in the store,
   * and returns it. It must not be busy.
   */
  final Delivery hold(LiveRow row) {
    Delivery present = waiting(row);
    Delivery delivery = present == null ? new Delivery(row, null) : present;
    if (present == null || !removeWaiting(present)) {
      gone(row); // it must not come with a page, or out of what arrived
    }
    setBusy(delivery);
    return delivery;
  }

  private boolean removeWaiting(Delivery delivery) {
    return delivery.row.place() == LiveRow.QueueState.PARKED
        ? parked.remove(delivery)
        : hot.remove(delivery);
  }

  /** Remembers what goes while a page is being read. */
  void gone(LiveRow row) {
    PageReading page = reading;
    if (page != null) {
      page.gone(row);
    }
  }

  /** Begins to read a page; returns the position to read after. */
  final ParkedKey startReading() {
    reading = new PageReading(loadedThrough, END);
    return loadedThrough;
  }

  /** A page could not be read. */
  final void notRead() {
    finishReading(loadedThrough);
  }

  /**
   * Takes in a page of rows that was asked for with a limit; keeps at most {@code room} in memory.
   */
  void pageArrived(List<LiveRow> rows, int limit, int room) {
    PageReading page = reading;
    // If rows were put out of memory meanwhile, there is a gap between them and the page.
    if (page == null || !loadedThrough.equals(page.after)) {
      notRead();
      return;
    }
    for (LiveRow row : rows) {
      Delivery earlier = busy.get(row.id());
      if (page.isGone(row)) {
        continue;
      }
      if (earlier != null) {
        comesLater(row, earlier);
      } else {
        putParked(new Delivery(row, null));
      }
    }
    boolean last = rows.size() < limit;
    ParkedKey end = last ? END : rows.get(rows.size() - 1).parkedKey();
    finishReading(page.knownThrough(end));
    nextGone = page.allGone().stream().anyMatch(this::isAtPosition);
    trim(room);
  }

  private void finishReading(ParkedKey end) {
    PageReading page = reading;
    reading = null;
    loadedThrough = end;
    if (page != null) {
      page.eachArrived(this::takeIn);
    }
    while (!parked.isEmpty() && parked.last().after(end)) {
      parked.pollLast().releasePayload();
    }
  }

  /** Takes in a row that came while a page was read. */
  private void takeIn(Delivery delivery) {
    if (isLoaded(delivery)) {
      parked.remove(delivery); // the row of the page may be older
      putParked(delivery);
    } else {
      delivery.releasePayload();
    }
  }

  /** Leaves the parked rows behind the first so many in the store. */
  final void trim(int room) {
    while (parked.size() > room) {
      Delivery last = parked.pollLast();
      last.releasePayload();
      loadedThrough = PageReading.before(last.row);
    }
  }

  /** Returns whether the position was taken from a row: the last one before it or the next. */
  private boolean isAtPosition(ParkedKey row) {
    boolean same = row.due() == loadedThrough.due();
    return same && (row.id() == loadedThrough.id() || row.id() - 1 == loadedThrough.id());
  }
}
