package dev.posthorn.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.DeliveryState;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.reads.AttemptFilter;
import dev.posthorn.spi.store.reads.AttemptQuery;
import dev.posthorn.spi.store.reads.MessageFilter;
import dev.posthorn.spi.store.reads.MessageQuery;
import dev.posthorn.spi.store.reads.PageRequest;
import dev.posthorn.spi.store.reads.PartitionReads;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.HourCounts;
import dev.posthorn.spi.store.rows.HourRow;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.LiveRow.QueueState;
import dev.posthorn.spi.store.rows.MessageRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/** A model of the history after random batches, compared with the store. */
final class HistoryModel {
  private static final int APPLICATIONS = 4;
  private static final int ENDPOINTS = 12;
  private static final int EVENTS = 40;

  private final Random random;
  private final String name;
  private final TreeMap<Long, MessageRow> messages = new TreeMap<>();
  private final TreeMap<Long, AttemptRow> attempts = new TreeMap<>();
  private final List<AttemptRow> everyAttempt = new ArrayList<>();
  private final TreeMap<Long, LiveRow> live = new TreeMap<>();
  private final List<Long> reserved = new ArrayList<>();
  private long lastId = 1;
  private long keepFrom;

  HistoryModel(long seed) {
    this.random = new Random(seed);
    this.name = "seed " + seed;
  }

  /** Makes a batch of new messages, late ones, outcomes, and replays. */
  Batch batch(int partition, int size) {
    Changes batch = new Changes(partition);
    for (int i = 0; i < size; i++) {
      switch (random.nextInt(8)) {
        case 0, 1, 2 -> accept(batch, nextId(), true);
        case 3 -> late(batch);
        case 4 -> replay(batch);
        default -> outcome(batch);
      }
    }
    batch.idFloor = lastId;
    return batch.batch();
  }

  private long nextId() {
    lastId += 1 + random.nextInt(3);
    return lastId;
  }

  private void accept(Changes batch, long id, boolean hot) {
    int targets = random.nextInt(4);
    String eventId = random.nextBoolean() ? null : "event " + random.nextInt(EVENTS);
    String publicId = random.nextInt(3) == 0 ? publicId(id) : null;
    MessageRow row =
        Rows.withPublicId(
            publicId,
            Rows.withEvent(
                eventId, Rows.message(id, anyApplication(), "type", endpoints(targets))));
    batch.messages.add(row);
    messages.put(id, row);
    for (long endpoint : row.targets()) {
      long delivery = hot ? ++lastId : nextId();
      LiveRow waiting =
          hot ? Rows.hot(delivery, endpoint, id) : Rows.parked(delivery, endpoint, id, delivery);
      (hot ? batch.hot : batch.parked).add(waiting);
      live.put(delivery, waiting);
    }
  }

  private static String publicId(long message) {
    return "msg_" + message;
  }

  private long anyApplication() {
    return Rows.application(random.nextInt(APPLICATIONS));
  }

  private long[] endpoints(int count) {
    long first = 1L + random.nextInt(ENDPOINTS);
    return Rows.range(first, first + count);
  }

  /** An id that was given away some time ago comes with its message now. */
  private void late(Changes batch) {
    if (reserved.size() < 5) {
      reserved.add(nextId());
    } else {
      accept(batch, reserved.remove(random.nextInt(reserved.size())), false);
    }
  }

  private void replay(Changes batch) {
    Long id = messages.floorKey(keepFrom + random.nextLong(lastId - keepFrom + 1));
    if (id != null && isKept(id)) {
      LiveRow row = Rows.parked(nextId(), 1L + random.nextInt(ENDPOINTS), id, lastId);
      batch.parked.add(row);
      live.put(row.id(), row);
    }
  }

  private void outcome(Changes batch) {
    Long id = live.ceilingKey(random.nextLong(lastId));
    if (id == null || touched(batch, id)) {
      return;
    }
    LiveRow row = Objects.requireNonNull(live.remove(id));
    (row.place() == QueueState.HOT ? batch.hotRemovals : batch.parkedRemovals).add(row);
    boolean again = random.nextInt(3) == 0;
    DeliveryState state = again ? DeliveryState.WAITING : DeliveryState.SUCCEEDED;
    AttemptRow attempt = Rows.attempt(nextId(), row.message(), row.endpoint(), state);
    batch.attempts.add(attempt);
    attempts.put(attempt.id(), attempt);
    everyAttempt.add(attempt);
    if (again) {
      LiveRow parked = Rows.parked(id, row.endpoint(), row.message(), lastId);
      batch.parked.add(parked);
      live.put(id, parked);
    }
  }

  private static boolean touched(Changes batch, long id) {
    Predicate<LiveRow> same = row -> row.id() == id;
    return batch.hot.stream().anyMatch(same) || batch.parked.stream().anyMatch(same);
  }

  /** Chooses up to where history is past its retention: never less than before. */
  long nextKeepFrom() {
    keepFrom = Math.max(keepFrom, lastId - 200 - random.nextInt(600));
    return keepFrom;
  }

  /** Forgets what a finished upkeep has removed. */
  void retained() {
    attempts.values().removeIf(row -> row.id() < keepFrom && !isLive(row.message()));
    messages.keySet().removeIf(id -> !isKept(id));
  }

  private boolean isKept(long message) {
    return message >= keepFrom || isLive(message);
  }

  private boolean isLive(long message) {
    return live.values().stream().anyMatch(row -> row.message() == message);
  }

  /**
   * Checks every list; {@code exact} if upkeep has finished, else old history may be there or not.
   */
  void check(PartitionReads store, boolean exact) {
    Set<Long> live = new TreeSet<>();
    this.live.values().forEach(row -> live.add(row.message()));
    for (int number = 0; number < APPLICATIONS; number++) {
      long application = Rows.application(number);
      Map<Long, Boolean> expected = new TreeMap<>();
      for (MessageRow row : messages.values()) {
        if (row.application() == application) {
          expected.put(row.id(), exact || row.id() >= keepFrom || live.contains(row.id()));
        }
      }
      check("application " + application, expected, listMessages(store, application));
    }
    for (int endpoint = 1; endpoint <= ENDPOINTS + 3; endpoint++) {
      Map<Long, Boolean> expected = new TreeMap<>();
      for (AttemptRow row : attempts.values()) {
        if (row.endpoint() == endpoint) {
          expected.put(row.id(), exact || row.id() >= keepFrom || live.contains(row.message()));
        }
      }
      check("endpoint " + endpoint, expected, listAttempts(store, endpoint));
    }
    checkSomeMessages(store, exact, live);
    checkEvents(store, live);
    checkPublicIds(store, live);
    checkHours(store);
  }

  /** The newest that must be there is found, or a newer one that may be. */
  private void checkEvents(PartitionReads store, Set<Long> live) {
    for (int number = 0; number < APPLICATIONS; number++) {
      long application = Rows.application(number);
      for (int event = 0; event < EVENTS; event++) {
        String eventId = "event " + event;
        long certain = 0;
        List<Long> possible = new ArrayList<>();
        for (MessageRow row : messages.values()) {
          if (row.application() == application && eventId.equals(row.eventId())) {
            possible.add(row.id());
            certain = row.id() >= keepFrom || live.contains(row.id()) ? row.id() : certain;
          }
        }
        MessageRow found = store.messageByEvent(application, eventId);
        String what = name + ": application " + application + ", " + eventId;
        if (found == null) {
          assertThat(certain).as(what).isZero();
        } else {
          assertThat(possible).as(what).contains(found.id());
          assertThat(found.id()).as(what).isGreaterThanOrEqualTo(certain);
        }
      }
    }
  }

  private void checkPublicIds(PartitionReads store, Set<Long> live) {
    Map<Long, String> found = store.publicIds(messages.keySet());
    for (MessageRow row : messages.values()) {
      boolean kept = row.id() >= keepFrom || live.contains(row.id());
      String what = name + ": public id of " + row.id();
      if (row.publicId() == null) {
        assertThat(found).as(what).doesNotContainKey(row.id());
      } else if (kept) {
        assertThat(found).as(what).containsEntry(row.id(), row.publicId());
      }
      if (random.nextInt(messages.size()) < 40) { // a read each
        MessageRow byId = store.messageByPublicId(publicId(row.id()));
        if (row.publicId() == null) {
          assertThat(byId).as(what).isNull();
        } else if (kept) {
          assertThat(byId).as(what).isNotNull();
        }
      }
    }
  }

  private void checkHours(PartitionReads store) {
    for (long endpoint = 1; endpoint <= ENDPOINTS + 3; endpoint++) {
      long succeeded = 0;
      long count = 0;
      for (AttemptRow row : everyAttempt) {
        if (row.endpoint() == endpoint) {
          count++;
          succeeded += row.state() == DeliveryState.SUCCEEDED ? 1 : 0;
        }
      }
      List<HourRow> expected =
          count == 0
              ? List.of()
              : List.of(new HourRow(endpoint, 0, new HourCounts(succeeded, 0, 0, count, 0)));
      assertThat(store.hours(endpoint, 0, Long.MAX_VALUE))
          .as("%s: hours of endpoint %d", name, endpoint)
          .isEqualTo(expected);
    }
  }

  private void checkSomeMessages(PartitionReads store, boolean exact, Set<Long> live) {
    for (int i = 0; i < 10; i++) {
      Long message = messages.ceilingKey(random.nextLong(lastId));
      if (message != null) {
        Map<Long, Boolean> expected = new TreeMap<>();
        for (AttemptRow row : attempts.values()) {
          if (row.message() == message) {
            expected.put(row.id(), exact || row.id() >= keepFrom || live.contains(message));
          }
        }
        checkLastAttempts(store, message, expected);
        check(
            "message " + message,
            expected,
            store.attempts(message).stream().map(AttemptRow::id).toList());
        if (live.contains(message) || message >= keepFrom) {
          assertThat(store.message(message)).as("%s: message %d", name, message).isNotNull();
        }
      }
    }
  }

  /** The last that must be there is found for each endpoint, or a newer one that may be. */
  private void checkLastAttempts(PartitionReads store, long message, Map<Long, Boolean> expected) {
    for (long endpoint = 1; endpoint <= ENDPOINTS + 3; endpoint++) {
      long certain = 0;
      List<Long> possible = new ArrayList<>();
      for (var each : expected.entrySet()) {
        if (Objects.requireNonNull(attempts.get(each.getKey())).endpoint() == endpoint) {
          possible.add(each.getKey());
          certain = each.getValue() ? each.getKey() : certain;
        }
      }
      AttemptRow found = store.lastAttempt(message, endpoint);
      List<Long> some = List.of(message - 1, message, message + 1);
      assertThat(store.lastAttempts(some, endpoint).get(message)).isEqualTo(found);
      String what = name + ": message " + message + ", endpoint " + endpoint;
      if (found == null) {
        assertThat(certain).as(what).isZero();
      } else {
        assertThat(possible).as(what).contains(found.id());
        assertThat(found.id()).as(what).isGreaterThanOrEqualTo(certain);
      }
    }
  }

  /** Checks a list against ids that must be there (true) and ids that may be (false). */
  private void check(String what, Map<Long, Boolean> expected, List<Long> listed) {
    assertThat(listed).as("%s: %s", name, what).isSorted().doesNotHaveDuplicates();
    assertThat(expected.keySet()).as("%s: %s", name, what).containsAll(listed);
    List<Long> certain = new ArrayList<>();
    expected.forEach(
        (id, must) -> {
          if (must) {
            certain.add(id);
          }
        });
    assertThat(listed).as("%s: %s", name, what).containsAll(certain);
  }

  private List<Long> listMessages(PartitionReads store, long application) {
    boolean newestFirst = random.nextBoolean();
    List<Long> ids =
        Pages.all(
                everything(newestFirst),
                page -> store.messages(new MessageQuery(application, page, MessageFilter.NONE)))
            .stream()
            .map(MessageRow::id)
            .toList();
    return newestFirst ? ids.reversed() : ids;
  }

  private List<Long> listAttempts(PartitionReads store, long endpoint) {
    boolean newestFirst = random.nextBoolean();
    List<Long> ids =
        Pages.all(
                everything(newestFirst),
                page -> store.attempts(new AttemptQuery(endpoint, 0, page, AttemptFilter.NONE)))
            .stream()
            .map(AttemptRow::id)
            .toList();
    return newestFirst ? ids.reversed() : ids;
  }

  private PageRequest everything(boolean newestFirst) {
    return new PageRequest(Long.MIN_VALUE, Long.MAX_VALUE, newestFirst, 1 + random.nextInt(50));
  }
}
