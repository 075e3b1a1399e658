package dev.posthorn.internal.engine.lane;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.AttemptKind;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.ParkedKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LaneQueueTest {

  /**
   * Random steps against a model of the store, whose pages are read at one time and arrive at
   * another. Every live row is in hot, parked, busy or behind the position; no row twice, none that
   * has left.
   */
  @Test
  void everyLiveRowIsInMemoryOrBehindThePositionWhateverComesAndGoesWhileAPageIsRead() {
    for (int seed = 0; seed < 2_000; seed++) {
      Model model = new Model(seed);
      for (int step = 0; step < 200; step++) {
        model.step();
        model.check();
      }
      model.drain();
    }
  }

  /** The node that owned the endpoint before may have had a clock that is ahead of this one's. */
  @Test
  void whatIsAcceptedAfterATakeoverIsInOrderBesideLaterRowsOfTheNodeBefore() {
    LaneQueue queue = new LaneQueue(true);
    queue.addHot(new Delivery(LiveRow.hot(1, 1, 1, 9_000, Long.MAX_VALUE), null));
    queue.addHot(new Delivery(LiveRow.hot(2, 1, 2, 10, Long.MAX_VALUE), null));
    queue.addParked(new Delivery(parked(3, 20), null), 2);
    queue.addHot(new Delivery(LiveRow.hot(4, 1, 4, 30, Long.MAX_VALUE), null));

    List<Long> order = new ArrayList<>();
    for (Delivery next = queue.first(); next != null; next = queue.first()) {
      queue.take(next);
      order.add(next.row.id());
    }

    assertThat(order).containsExactly(2L, 3L, 4L, 1L);
  }

  @Test
  void whatIsNextInTheStoreIsLookedForAtOnceIfTheRowThatWasNextHasGone() {
    LaneQueue queue = new LaneQueue(true);
    LiveRow later = parked(2, 1_000);
    queue.addParked(new Delivery(parked(1, 10), null), 1);
    queue.addParked(new Delivery(later, null), 1); // no room: only in the store
    assertThat(queue.nextDue()).isEqualTo(1_000);

    queue.left(queue.hold(later), 1);

    assertThat(queue.nextDue()).isLessThan(0);
    queue.startReading();
    queue.notRead();
    assertThat(queue.nextDue()).isLessThan(0);
    queue.startReading();
    queue.pageArrived(List.of(), 2, 1);
    assertThat(queue.complete()).isTrue();
  }

  /** Otherwise its gate would stay shut until the time of a row that is not there any more. */
  @Test
  void whatIsNextInTheStoreIsLookedForAtOnceIfTheLastRowOfAPageWentWhileItWasRead() {
    LaneQueue queue = new LaneQueue(false);
    List<LiveRow> page = List.of(parked(1, 10), parked(2, 1_000));
    queue.startReading();
    page.forEach(row -> queue.left(queue.hold(row), 2));

    queue.pageArrived(page, 2, 2);

    assertThat(queue.complete()).isFalse();
    assertThat(queue.nextDue()).isLessThan(0);
  }

  /** Otherwise it would be ended twice. */
  @Test
  void aStoredRowThatIsTakenWhileAPageIsReadDoesNotComeWithItsNews() {
    LaneQueue queue = new LaneQueue(false);
    LiveRow row = parked(1, 10);
    queue.startReading();
    queue.addParked(new Delivery(row, null), 2); // came while the page is read

    queue.takeStored(new Delivery(row, null));
    queue.pageArrived(List.of(row), 2, 2);

    assertThat(queue.parkedSize()).isZero();
    assertThat(queue.busySize()).isEqualTo(1);
  }

  @Test
  void whatIsNextInTheStoreIsLookedForAtOnceIfTheLastRowOfAPageGoesAfterItWasRead() {
    LaneQueue queue = new LaneQueue(false);
    List<LiveRow> page = List.of(parked(1, 10), parked(2, 1_000));
    Delivery held = queue.hold(page.getLast());
    queue.startReading();
    queue.pageArrived(page, 2, 2);

    queue.left(held, 2);

    assertThat(queue.nextDue()).isLessThan(0);
  }

  @Test
  void whatIsTooLateIsTakenWhereverItStandsAndTheFirstDeadlineIsKnown() {
    LaneQueue queue = new LaneQueue(true);
    for (int id = 1; id <= 3; id++) {
      queue.addHot(new Delivery(withDeadline(LiveRow.QueueState.HOT, id, 100 - id), null));
      queue.addParked(
          new Delivery(withDeadline(LiveRow.QueueState.PARKED, 10 + id, 90 - id), null), 9);
    }
    assertThat(queue.firstDeadline()).isEqualTo(87);
    assertThat(queue.takeLate(87, 9)).isEmpty();
    assertThat(ids(queue.takeLate(98, 3))).containsExactly(3L, 11L, 12L);
    assertThat(queue.firstDeadline()).as("of one that did not fit").isEqualTo(87);
    assertThat(ids(queue.takeLate(98, 3))).containsExactly(13L);
    assertThat(queue.firstDeadline()).isEqualTo(98);
    assertThat(queue.busySize()).isEqualTo(4);
    assertThat(queue.hotSize()).isEqualTo(2);
    assertThat(queue.parkedSize()).isZero();
  }

  private static List<Long> ids(List<Delivery> deliveries) {
    return deliveries.stream().map(delivery -> delivery.row.id()).toList();
  }

  private static LiveRow withDeadline(LiveRow.QueueState place, long id, long deadline) {
    LiveRow hot = LiveRow.hot(id, 1, 1, 0, deadline);
    return place == LiveRow.QueueState.HOT ? hot : hot.parkedUntil(0, 0);
  }

  private static LiveRow parked(long id, long due) {
    return LiveRow.parked(id, 1, id, due, Long.MAX_VALUE, AttemptKind.SCHEDULED);
  }

  private static final class Model {
    private static final int LIMIT = 4;
    private static final int ROOM = 6;

    final int seed;
    final Random random;
    final LaneQueue queue;
    int steps;
    final TreeMap<ParkedKey, LiveRow> store = new TreeMap<>();
    final Set<Long> hotRows = new HashSet<>();
    List<LiveRow> page = List.of();
    boolean pageRead;
    ParkedKey readAfter = ParkedKey.START;
    long nextId = 1;

    Model(int seed) {
      this.seed = seed;
      this.random = new Random(seed);
      int before = random.nextInt(12);
      for (int i = 0; i < before; i++) {
        LiveRow row = parked(nextId++, random.nextInt(20));
        store.put(row.parkedKey(), row);
      }
      queue = new LaneQueue(before == 0 && random.nextBoolean());
    }

    void step() {
      steps++;
      switch (random.nextInt(9)) {
        case 0, 1 -> { // a row is parked
          LiveRow row = parked(nextId++, random.nextInt(20));
          store.put(row.parkedKey(), row);
          queue.addParked(new Delivery(row, null), ROOM);
        }
        case 2 -> { // a row enters hot
          long id = nextId++;
          hotRows.add(id);
          queue.addHot(new Delivery(LiveRow.hot(id, 1, id, id, Long.MAX_VALUE), null));
        }
        case 3 -> take(queue.firstParked());
        case 4 -> take(queue.firstHot());
        case 5 -> settle();
        case 7 -> hold();
        case 6 -> {
          if (!queue.reading() && !queue.complete()) {
            readAfter = queue.startReading();
            pageRead = false;
          } else if (queue.reading() && !pageRead) {
            readPage();
          }
        }
        default -> {
          if (queue.reading() && pageRead) {
            queue.pageArrived(page, LIMIT, ROOM);
          }
        }
      }
    }

    void readPage() {
      page = store.tailMap(readAfter, false).values().stream().limit(LIMIT).toList();
      pageRead = true;
    }

    /** A live row is to be ended, wherever it is. */
    void hold() {
      List<LiveRow> rows = new ArrayList<>(store.values());
      queue.allWaiting().stream()
          .map(delivery -> delivery.row)
          .filter(row -> row.place() == LiveRow.QueueState.HOT)
          .forEach(rows::add);
      rows.removeIf(row -> queue.busy(row.id()) != null);
      if (!rows.isEmpty()) {
        LiveRow row = rows.get(random.nextInt(rows.size()));
        assertThat(queue.hold(row).row).isEqualTo(row);
        assertThat(queue.busy(row.id())).isNotNull();
      }
    }

    void take(@org.jspecify.annotations.Nullable Delivery delivery) {
      if (delivery != null) {
        queue.take(delivery);
      }
    }

    /** An outcome of a busy delivery is on disk: it is done, or parked again. */
    void settle() {
      List<Delivery> busy = new ArrayList<>(queue.allBusy());
      if (busy.isEmpty()) {
        return;
      }
      Delivery delivery = busy.get(random.nextInt(busy.size()));
      LiveRow row = delivery.row;
      if (row.place() == LiveRow.QueueState.HOT) {
        hotRows.remove(row.id());
      } else {
        store.remove(row.parkedKey());
      }
      boolean again = random.nextInt(3) == 0;
      LiveRow next = parked(row.id(), random.nextBoolean() ? row.due() : random.nextInt(20));
      if (again) {
        store.put(next.parkedKey(), next);
      }
      queue.left(delivery, ROOM);
      if (again) {
        queue.addParked(new Delivery(next, null), ROOM);
      }
    }

    /** Fails with the place; AssertJ would take most of the time of the test. */
    private void require(boolean condition, String problem, Object about) {
      if (!condition) {
        throw new AssertionError("seed " + seed + ", step " + steps + ": " + problem + about);
      }
    }

    void check() {
      Set<Long> inMemory = new HashSet<>();
      for (Delivery delivery : queue.allWaiting()) {
        require(inMemory.add(delivery.row.id()), "twice: ", delivery.row);
        boolean live =
            delivery.row.place() == LiveRow.QueueState.HOT
                ? hotRows.contains(delivery.row.id())
                : store.containsKey(delivery.row.parkedKey());
        require(live, "has left: ", delivery.row);
      }
      for (Delivery delivery : queue.allBusy()) {
        require(inMemory.add(delivery.row.id()), "twice: ", delivery.row);
      }
      for (LiveRow row : store.values()) {
        boolean loaded = queue.isLoaded(new Delivery(row, null));
        require(inMemory.contains(row.id()) || !loaded, "not in memory: ", row);
      }
      require(inMemory.containsAll(hotRows), "not all are in memory: ", hotRows);
      require(queue.parkedSize() <= ROOM, "too many parked rows: ", queue.parkedSize());
      checkNext();
    }

    /** Whoever waits for a time to read the next page waits for a row that there is. */
    void checkNext() {
      if (!queue.complete() && !queue.reading() && queue.nextDue() >= 0) {
        boolean isThere = store.keySet().stream().anyMatch(key -> key.due() == queue.nextDue());
        require(isThere, "nothing is due at ", queue.nextDue());
      }
    }

    /** Once nothing new comes, everything is taken and done. */
    void drain() {
      for (int i = 0; i < 10_000 && !(store.isEmpty() && hotRows.isEmpty()); i++) {
        if (queue.reading()) {
          readPage();
          queue.pageArrived(page, LIMIT, ROOM);
        } else if (!queue.complete() && queue.parkedSize() == 0) {
          readAfter = queue.startReading();
        }
        take(queue.firstHot());
        take(queue.firstParked());
        for (Delivery delivery : new ArrayList<>(queue.allBusy())) {
          store.remove(delivery.row.parkedKey());
          hotRows.remove(delivery.row.id());
          queue.left(delivery, ROOM);
        }
      }
      require(store.isEmpty(), "left in the store: ", store);
      require(hotRows.isEmpty(), "left: ", hotRows);
    }
  }
}
