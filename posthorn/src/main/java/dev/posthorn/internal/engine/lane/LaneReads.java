package dev.posthorn.internal.engine.lane;

import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.spi.store.rows.ParkedKey;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads what a lane needs from the store: its parked rows in pages, some time before they are due,
 * and the payloads that are not in memory. One page, and payloads ahead once, at a time. Owned by
 * its lane.
 */
final class LaneReads {
  private static final int PAGE = 256;
  private static final int BODIES = 32;
  private static final int BODY_BYTES = 256 * 1024;
  private static final long AHEAD_MILLIS = 2_000;

  private final Lane lane;
  private boolean readingAhead;

  /** The bytes taken for payloads that are being read ahead. */
  private long aheadRoom;

  /** The number of reads that failed in a row. */
  private int failures;

  LaneReads(Lane lane) {
    this.lane = lane;
  }

  // ---- pages ---------------------------------------------------------------------------------

  /** Returns when a page is to be read, in wall time, or {@link Long#MAX_VALUE}. */
  long pageAtMillis() {
    LaneQueue queue = lane.queue;
    boolean wanted =
        !queue.complete()
            && !queue.reading()
            && queue.parkedSize() <= lane.loop.parkedRoom(lane) / 4;
    // Before the first page the time is the smallest there is.
    return wanted ? Math.max(0, queue.nextDue()) - AHEAD_MILLIS : Long.MAX_VALUE;
  }

  /** Reads a page if it is time. */
  void readPage(long nowMillis) {
    if (pageAtMillis() <= nowMillis) {
      readPage(Math.min(PAGE, Math.max(2, lane.loop.parkedRoom(lane))));
    }
  }

  private void readPage(int limit) {
    ParkedKey after = lane.queue.startReading();
    lane.loop
        .reader()
        .readPage(lane.endpoint, after, limit, rows -> pageRead(rows, limit), this::pageNotRead);
  }

  private void pageRead(List<LiveRow> rows, int limit) {
    if (lane.isClosed()) {
      return;
    }
    lane.queue.pageArrived(rows, limit, lane.loop.parkedRoom(lane));
    failures = 0;
    lane.loop.ready(lane);
  }

  private void pageNotRead() {
    lane.queue.notRead();
    lane.loop.readyLater(lane, failures++);
  }

  // ---- payloads ------------------------------------------------------------------------------

  /**
   * Reads the payloads of the first deliveries that are due, as many as may go, if there is room
   * for them to wait in. If there is none, each is read once its delivery has a permit.
   *
   * @param first the first of those deliveries
   * @return whether its payload is being read
   */
  boolean readAhead(Delivery first, int mayGo, long nowMillis) {
    if (readingAhead) {
      return true;
    }
    giveBackAhead(); // unless the last one did
    BodyRoom bodyRoom = lane.loop.context().bodyRoom();
    if (lane.isStuck() && bodyRoom.isScarce()) {
      return false;
    }
    aheadRoom = bodyRoom.takePart(BODY_BYTES);
    int most = (int) Math.min(Math.clamp(mayGo, 1, BODIES), aheadRoom / (2 * Payload.OVERHEAD));
    long bodies = aheadRoom - (long) most * Payload.OVERHEAD;
    if (most == 0 || first.bytes > bodies) {
      giveBackAhead();
      return false;
    }
    long[] ids = wanted(most, nowMillis);
    readingAhead = true;
    lane.loop
        .reader()
        .readMessages(
            lane.endpoint,
            ids,
            bodies,
            loaded -> readAhead(new LoadedPayloads(ids, loaded), ids.length),
            this::notReadAhead);
    return true;
  }

  private void readAhead(LoadedPayloads payloads, int most) {
    if (!lane.isClosed()) {
      keep(payloads, most);
    }
    readingAhead = false;
    giveBackAhead();
    failures = 0;
    lane.loop.ready(lane);
  }

  private void notReadAhead() {
    readingAhead = false;
    giveBackAhead();
    lane.loop.readyLater(lane, failures++);
  }

  private void giveBackAhead() {
    lane.loop.context().bodyRoom().giveBack(aheadRoom);
    aheadRoom = 0;
  }

  /** Returns the messages of the first deliveries that are due and have no payload in memory. */
  private long[] wanted(int most, long nowMillis) {
    List<Long> ids = new ArrayList<>();
    lane.queue.eachDue(
        nowMillis,
        delivery -> {
          if (delivery.payload == null) {
            ids.add(delivery.row.message());
          }
          return ids.size() < most;
        });
    return ids.stream().mapToLong(Long::longValue).toArray();
  }

  /** Gives the first deliveries the payloads that were read. */
  private void keep(LoadedPayloads payloads, int most) {
    List<Delivery> without = new ArrayList<>();
    lane.queue.eachDue(
        lane.loop.millis(),
        delivery -> {
          if (delivery.payload == null) {
            without.add(delivery);
          }
          return without.size() < most;
        });
    for (Delivery delivery : without) {
      payloads.measure(delivery);
      MessageRow row = payloads.take(delivery.row.message());
      if (row != null) {
        delivery.keep(lane.loop.context().payloads().of(row, 1));
        aheadRoom -= Payload.waitingBytes(row.body().length);
      } else if (payloads.isMissing(delivery.row.message())) {
        // It is past its retention: the delivery can only fail.
        lane.endings().endWithoutPayload(delivery);
      }
    }
  }

  /** Reads the payload of a delivery that has its permit. */
  void read(Delivery delivery) {
    long[] ids = {delivery.row.message()};
    long most = delivery.bytes >= 0 ? delivery.bytes : Payload.mostBody(delivery.room);
    lane.loop
        .reader()
        .readMessages(
            lane.endpoint,
            ids,
            most,
            loaded -> {
              LoadedPayloads payloads = new LoadedPayloads(ids, loaded);
              payloads.measure(delivery);
              lane.attempts.read(delivery, payloads.take(ids[0]), payloads.isMissing(ids[0]));
            },
            () -> lane.attempts.notRead(delivery));
  }
}
