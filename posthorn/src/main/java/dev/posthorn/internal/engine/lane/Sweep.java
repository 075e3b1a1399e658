package dev.posthorn.internal.engine.lane;

import dev.posthorn.internal.engine.base.StoreBackoff;
import dev.posthorn.internal.engine.journal.JournalBatch;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.ParkedKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Ends the deliveries of a lane that were canceled together: first those in memory, then those that
 * are only in the store, a page at a time; finally lifts the endpoint's mark. Owned by its lane.
 *
 * <p>While a page is being read, the rows that go are remembered and taken out of it: a delivery
 * must not end twice, nor with a row that was replaced by one for its next attempt. Deliveries
 * under way, or being moved, are ended when they come back.
 */
public final class Sweep {
  private static final int PAGE = 256;

  private final Lane lane;
  private final ArrayDeque<Order> orders = new ArrayDeque<>();
  private final Set<LiveRow> goneWhileReading = new HashSet<>();
  private boolean reading;

  /** The number of reads that failed in a row. */
  private int failures;

  private ParkedKey after = ParkedKey.START;
  private boolean last;
  private long count;

  /** The number of entries on their way whose deliveries count for the first order. */
  private int underWay;

  /** The highest canceled id as of the sweep's start: everything up to it is found. */
  private long sweptUpTo;

  /** The id up to which the mark is to be lifted, or 0, and the deliveries that must end before. */
  private long lift;

  private final Set<Long> holdouts = new HashSet<>();

  /** Adds rows to the batch that ends so many deliveries. */
  public interface Progress {
    /** Adds nothing. */
    Progress NONE = (more, batch) -> {};

    void cancelled(int more, JournalBatch batch);
  }

  /**
   * A request for a sweep.
   *
   * @param progress adds rows to each batch
   * @param done receives the number of deliveries, once their end is on disk; without those that
   *     were canceled with their messages before
   */
  public record Order(Progress progress, LongConsumer done) {
    /** A request for nothing but the sweep. */
    static final Order PLAIN = new Order(Progress.NONE, count -> {});
  }

  Sweep(Lane lane) {
    this.lane = lane;
  }

  /** Begins a sweep, after those requested before. */
  public void begin(Order order) {
    orders.add(order);
    if (orders.size() == 1) {
      start();
    }
  }

  /** Returns the id up to which canceled deliveries have been, or are being, ended. */
  long begunUpTo() {
    return sweptUpTo;
  }

  /** Returns whether there is nothing to do or to wait for. */
  boolean isIdle() {
    return orders.isEmpty() && lift == 0;
  }

  /** Answers all orders with what is on disk, since the lane is dropped: a later owner goes on. */
  void close() {
    long counted = count;
    for (Order order; (order = orders.poll()) != null; counted = 0) {
      order.done().accept(counted);
    }
    lift = 0;
    holdouts.clear();
  }

  private void start() {
    lift = 0;
    holdouts.clear();
    after = ParkedKey.START;
    last = false;
    count = 0;
    sweptUpTo = lane.endpoint.cancelledUpTo;
    next();
  }

  private void next() {
    if (underWay > 0) {
      return;
    }
    List<LiveRow> waiting = waitingInMemory();
    if (!waiting.isEmpty()) {
      end(waiting);
    } else if (!last) {
      reading = true;
      read();
    } else {
      finish();
    }
  }

  private void read() {
    lane.loop.reader().readPage(lane.endpoint, after, PAGE, this::pageRead, this::pageNotRead);
  }

  private List<LiveRow> waitingInMemory() {
    return lane.queue.allWaiting().stream()
        .map(delivery -> delivery.row)
        .filter(lane::isCancelled)
        .limit(PAGE)
        .toList();
  }

  private void end(List<LiveRow> rows) {
    lane.endings().cancel(rows);
  }

  /** Returns the order that deliveries ended now count for, or null. */
  @Nullable Order counting() {
    Order order = orders.peek();
    underWay += order == null ? 0 : 1;
    return order;
  }

  /** Takes note that the end of counted deliveries is on disk. */
  void stored(int more) {
    if (lane.isClosed()) {
      return;
    }
    count += more;
    underWay--;
    if (!reading) {
      next();
    }
  }

  private void pageRead(List<LiveRow> rows) {
    if (lane.isClosed()) {
      return;
    }
    List<LiveRow> found = new ArrayList<>();
    for (LiveRow row : rows) {
      if (lane.isCancelled(row)
          && !goneWhileReading.contains(row)
          && lane.queue.busy(row.id()) == null) {
        found.add(row);
      }
    }
    reading = false;
    failures = 0;
    goneWhileReading.clear();
    last = rows.size() < PAGE;
    if (!last) {
      after = rows.getLast().parkedKey();
    }
    if (found.isEmpty()) {
      next();
    } else {
      end(found);
    }
  }

  private void pageNotRead() {
    if (!lane.isClosed()) {
      var unused = lane.loop.schedule(StoreBackoff.nanos(failures++), this::read);
    }
  }

  private void finish() {
    orders.remove().done().accept(count);
    if (!orders.isEmpty()) {
      start();
      return;
    }
    lift = sweptUpTo;
    for (Delivery busy : lane.queue.allBusy()) {
      if (busy.row.id() <= lift) {
        holdouts.add(busy.row.id());
      }
    }
    liftIfAllAreGone();
  }

  /**
   * Takes note that a row has left the store.
   *
   * @param ended whether its delivery has ended; else it waits with another row
   */
  void gone(LiveRow row, boolean ended) {
    if (reading) {
      goneWhileReading.add(row);
    }
    if (ended && holdouts.remove(row.id())) {
      liftIfAllAreGone();
    }
  }

  private void liftIfAllAreGone() {
    if (lift != 0 && holdouts.isEmpty()) {
      lane.loop.context().journal().submit(new LiftEntry(lane, lift));
      lift = 0;
    }
  }
}
