package dev.posthorn.simulation;

import dev.posthorn.AttemptKind;
import dev.posthorn.DeliveryState;
import dev.posthorn.internal.id.Ids;
import dev.posthorn.spi.store.ApplicationRow;
import dev.posthorn.spi.store.AttemptRow;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.CancelMark;
import dev.posthorn.spi.store.ConsumerRow;
import dev.posthorn.spi.store.DedupeKey;
import dev.posthorn.spi.store.DedupeRow;
import dev.posthorn.spi.store.EndpointRow;
import dev.posthorn.spi.store.EnvironmentRow;
import dev.posthorn.spi.store.EventTypeRow;
import dev.posthorn.spi.store.HourCounts;
import dev.posthorn.spi.store.HourRow;
import dev.posthorn.spi.store.LaneStateRow;
import dev.posthorn.spi.store.LiveRow;
import dev.posthorn.spi.store.MessageRow;
import dev.posthorn.spi.store.ParkedKey;
import dev.posthorn.spi.store.PayloadEnd;
import dev.posthorn.spi.store.SecretRow;
import dev.posthorn.spi.store.SettingChange;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.TaskRow;
import dev.posthorn.spi.store.TokenRow;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The simulated disk: it outlives crashes, and takes a batch as a whole or not at all. */
final class SimTables {
  private static final long HOUR = 3_600_000;

  final TreeMap<Long, LiveRow> hot = new TreeMap<>();
  final TreeMap<Long, TreeMap<ParkedKey, LiveRow>> parked = new TreeMap<>();
  final Map<Long, List<LiveRow>> liveByMessage = new HashMap<>();

  /** By message and endpoint. */
  final TreeMap<List<Long>, CancelMark> cancelMarks =
      new TreeMap<>(
          Comparator.<List<Long>>comparingLong(List::getFirst).thenComparingLong(List::getLast));

  final TreeMap<Long, MessageRow> messages = new TreeMap<>();
  final Map<Long, NavigableMap<Long, MessageRow>> messagesByApplication = new HashMap<>();
  final TreeMap<Long, AttemptRow> attempts = new TreeMap<>();
  final Map<Long, NavigableMap<Long, AttemptRow>> attemptsByMessage = new HashMap<>();
  final Map<Long, NavigableMap<Long, AttemptRow>> attemptsByEndpoint = new HashMap<>();
  final Map<Long, TreeMap<Long, HourRow>> hours = new HashMap<>();
  final Map<DedupeKey, DedupeRow> dedupe = new HashMap<>();
  final TreeMap<Long, EnvironmentRow> environments = new TreeMap<>();
  final TreeMap<Long, TokenRow> tokens = new TreeMap<>();
  final TreeMap<Long, TaskRow> tasks = new TreeMap<>();
  final TreeSet<Long> removedApplications = new TreeSet<>();
  final TreeMap<Long, ApplicationRow> applications = new TreeMap<>();

  /** All that there ever were, also those that were deleted. */
  final Map<Long, EndpointRow> everyEndpoint = new HashMap<>();

  final TreeMap<Long, EndpointRow> endpoints = new TreeMap<>();
  final TreeMap<Long, TreeMap<Integer, SecretRow>> secrets = new TreeMap<>();
  final TreeMap<Long, LaneStateRow> laneStates = new TreeMap<>();
  final Map<Long, TreeMap<String, ConsumerRow>> consumers = new HashMap<>();
  final Map<Long, TreeMap<String, EventTypeRow>> eventTypes = new HashMap<>();
  final Map<String, String> settings = new HashMap<>();

  /** The numbers of recorded exchanges of removed messages, by message and endpoint. */
  final Map<List<Long>, Integer> removedExchanges = new HashMap<>();

  /** The payloads that messages had before they were removed. */
  final Map<Long, byte[]> removedPayloads = new HashMap<>();

  final TreeSet<PayloadEnd> payloadEnds =
      new TreeSet<>(
          Comparator.comparingLong(PayloadEnd::due).thenComparingLong(PayloadEnd::message));
  long idFloor;

  /** Applies a batch, or throws that it cannot be and changes nothing. */
  void apply(Batch batch) {
    check(batch);
    batch.settings.forEach(this::apply);
    for (LiveRow row : batch.hotRemovals) {
      forget(hot.remove(row.id()));
    }
    for (LiveRow row : batch.parkedRemovals) {
      TreeMap<ParkedKey, LiveRow> rows = parked.get(row.endpoint());
      if (rows != null) {
        forget(rows.remove(row.parkedKey()));
        if (rows.isEmpty()) {
          parked.remove(row.endpoint());
        }
      }
    }
    for (MessageRow row : batch.messages) {
      if (messages.putIfAbsent(row.id(), row) == null) {
        index(messagesByApplication, row.application(), row.id(), row);
      }
    }
    for (LiveRow row : batch.hot) {
      if (hot.putIfAbsent(row.id(), row) == null) {
        liveByMessage.computeIfAbsent(row.message(), m -> new ArrayList<>()).add(row);
      }
    }
    for (LiveRow row : batch.parked) {
      TreeMap<ParkedKey, LiveRow> rows =
          parked.computeIfAbsent(row.endpoint(), e -> new TreeMap<>());
      forget(rows.put(row.parkedKey(), row));
      liveByMessage.computeIfAbsent(row.message(), m -> new ArrayList<>()).add(row);
    }
    for (AttemptRow row : batch.attempts) {
      if (attempts.putIfAbsent(row.id(), row) == null) {
        index(attemptsByMessage, row.message(), row.id(), row);
        index(attemptsByEndpoint, row.endpoint(), row.id(), row);
        count(row);
      }
    }
    for (DedupeRow row : batch.dedupe) {
      dedupe.merge(row.dedupeKey(), row, (a, b) -> b.expires() > a.expires() ? b : a);
    }
    batch.expungedMessages.forEach(this::expungeMessage);
    payloadEnds.addAll(batch.payloadEnds);
    batch.expungedAttempts.forEach(this::expungeAttempt);
    idFloor = Math.max(idFloor, batch.idFloor);
  }

  private void count(AttemptRow row) {
    boolean ends = row.state() != DeliveryState.WAITING;
    if (row.kind() == AttemptKind.TEST || !(ends || row.isExchange())) {
      return;
    }
    long start = Ids.timeOf(row.id()) / HOUR * HOUR;
    HourRow before =
        hours
            .computeIfAbsent(row.endpoint(), e -> new TreeMap<>())
            .getOrDefault(start, new HourRow(row.endpoint(), start, HourCounts.NONE));
    HourRow after =
        new HourRow(
            row.endpoint(),
            start,
            new HourCounts(
                before.counts().succeeded() + (row.state() == DeliveryState.SUCCEEDED ? 1 : 0),
                before.counts().failed() + (row.state() == DeliveryState.FAILED ? 1 : 0),
                before.counts().cancelled() + (row.state() == DeliveryState.CANCELLED ? 1 : 0),
                before.counts().attempts() + (row.isExchange() ? 1 : 0),
                before.counts().failedAttempts() + (row.isExchange() && !row.isSuccess() ? 1 : 0)));
    hours.get(row.endpoint()).put(start, after);
  }

  void expungeMessage(long id) {
    MessageRow before = messages.get(id);
    if (before != null && !before.expunged()) {
      removedPayloads.put(id, before.body());
      MessageRow row = before.expunge();
      messages.put(id, row);
      index(messagesByApplication, row.application(), id, row);
    }
  }

  private void expungeAttempt(long id) {
    AttemptRow row = attempts.computeIfPresent(id, (i, present) -> present.expunge());
    if (row != null) {
      index(attemptsByMessage, row.message(), id, row);
      index(attemptsByEndpoint, row.endpoint(), id, row);
    }
  }

  private void forget(@Nullable LiveRow row) {
    if (row != null) {
      List<LiveRow> rows = liveByMessage.getOrDefault(row.message(), new ArrayList<>());
      rows.remove(row);
      if (rows.isEmpty()) {
        liveByMessage.remove(row.message());
      }
    }
  }

  static <R> void index(Map<Long, NavigableMap<Long, R>> index, long by, long id, R row) {
    index.computeIfAbsent(by, b -> new TreeMap<>()).put(id, row);
  }

  static <R> void unindex(Map<Long, NavigableMap<Long, R>> index, long by, long id) {
    NavigableMap<Long, R> rows = index.get(by);
    if (rows != null && rows.remove(id) != null && rows.isEmpty()) {
      index.remove(by);
    }
  }

  private void check(Batch batch) {
    for (LiveRow row : batch.hot) {
      if (row.attempts() != 0) {
        throw rejected("a row in hot has no attempts");
      }
    }
    checkUids(batch.settings);
    checkNamesAndTokens(batch.settings);
  }

  /** A uid is taken, or free again, from the change on that says so. */
  private void checkUids(List<SettingChange> changes) {
    Map<Long, Object> changed = new HashMap<>();
    for (SettingChange change : changes) {
      switch (change) {
        case SettingChange.PutApplication(ApplicationRow row) -> {
          requireFree(row.uid(), row.environment(), row.id(), applications, changed);
          changed.put(row.id(), row);
        }
        case SettingChange.RemoveApplication(long id) -> changed.put(id, "removed");
        case SettingChange.PutEndpoint(EndpointRow row) -> {
          requireFree(row.uid(), row.application(), row.id(), endpoints, changed);
          changed.put(row.id(), row);
        }
        case SettingChange.RemoveEndpoint(long id) -> changed.put(id, "removed");
        default -> {}
      }
    }
  }

  /** Two of one name, or one token twice: not even if the first one goes later in the batch. */
  private void checkNamesAndTokens(List<SettingChange> changes) {
    Map<Long, String> names = new HashMap<>();
    environments.values().forEach(row -> names.put(row.id(), row.name()));
    Map<Long, ByteBuffer> hashes = new HashMap<>();
    tokens.values().forEach(row -> hashes.put(row.id(), ByteBuffer.wrap(row.hash())));
    for (SettingChange change : changes) {
      switch (change) {
        case SettingChange.PutEnvironment(EnvironmentRow row) ->
            putUnique(names, row.id(), row.name());
        case SettingChange.RemoveEnvironment(long id) -> names.remove(id);
        case SettingChange.PutToken(TokenRow row) ->
            putUnique(hashes, row.id(), ByteBuffer.wrap(row.hash()));
        case SettingChange.RemoveToken(long id) -> hashes.remove(id);
        default -> {}
      }
    }
  }

  private static <V> void putUnique(Map<Long, V> taken, long id, V value) {
    taken.remove(id);
    if (taken.containsValue(value)) {
      throw rejected("what " + id + " is known by is taken");
    }
    taken.put(id, value);
  }

  private static void requireFree(
      @Nullable String uid, long scope, long id, Map<Long, ?> rows, Map<Long, Object> changed) {
    if (uid == null) {
      return;
    }
    Stream<Object> unchanged =
        rows.entrySet().stream()
            .filter(row -> !changed.containsKey(row.getKey()))
            .map(Map.Entry::getValue);
    if (Stream.concat(unchanged, changed.values().stream())
        .anyMatch(row -> hasUid(row, uid, scope, id))) {
      throw rejected("the uid " + uid + " is taken");
    }
  }

  private static boolean hasUid(Object row, String uid, long scope, long butNot) {
    return switch (row) {
      case ApplicationRow a -> a.id() != butNot && a.environment() == scope && uid.equals(a.uid());
      case EndpointRow e -> e.id() != butNot && e.application() == scope && uid.equals(e.uid());
      default -> false;
    };
  }

  private static StoreException rejected(String why) {
    return new StoreException(StoreException.Reason.REJECTED, why, null);
  }

  private void apply(SettingChange change) {
    switch (change) {
      case SettingChange.PutEnvironment(EnvironmentRow row) -> environments.put(row.id(), row);
      case SettingChange.RemoveEnvironment(long id) -> environments.remove(id);
      case SettingChange.PutToken(TokenRow row) -> tokens.put(row.id(), row);
      case SettingChange.RemoveToken(long id) -> tokens.remove(id);
      case SettingChange.PutTask(TaskRow row) -> tasks.put(row.id(), row);
      case SettingChange.RemoveTask(long id) -> tasks.remove(id);
      case SettingChange.PutApplication(ApplicationRow row) -> applications.put(row.id(), row);
      case SettingChange.RemoveApplication(long id) -> {
        applications.remove(id);
        removedApplications.add(id);
      }
      case SettingChange.PutEndpoint(EndpointRow row) -> {
        endpoints.put(row.id(), row);
        everyEndpoint.put(row.id(), row);
      }
      case SettingChange.RemoveEndpoint(long id) -> {
        endpoints.remove(id);
        secrets.remove(id);
        laneStates.remove(id);
        consumers.remove(id);
      }
      case SettingChange.PutSecret(SecretRow row) ->
          secrets.computeIfAbsent(row.endpoint(), e -> new TreeMap<>()).put(row.slot(), row);
      case SettingChange.RemoveSecret(long endpoint, int slot) ->
          secrets.computeIfPresent(
              endpoint,
              (e, rows) -> {
                rows.remove(slot);
                return rows.isEmpty() ? null : rows;
              });
      case SettingChange.PutLaneState(LaneStateRow row) -> {
        laneStates.put(row.endpoint(), row);
        if (row.isEmpty()) {
          laneStates.remove(row.endpoint());
        }
      }
      case SettingChange.PutConsumer(ConsumerRow row) ->
          consumers.computeIfAbsent(row.endpoint(), e -> new TreeMap<>()).put(row.name(), row);
      case SettingChange.RemoveConsumer(long endpoint, String name) ->
          consumers.getOrDefault(endpoint, new TreeMap<>()).remove(name);
      case SettingChange.PutCancelMark(CancelMark mark) ->
          cancelMarks.put(List.of(mark.message(), mark.endpoint()), mark);
      case SettingChange.RemoveCancelMark(long message, long endpoint) ->
          cancelMarks.remove(List.of(message, endpoint));
      case SettingChange.PutEventType(EventTypeRow row) ->
          eventTypes.computeIfAbsent(row.environment(), e -> new TreeMap<>()).put(row.name(), row);
      case SettingChange.RemoveEventType(long environment, String name) ->
          eventTypes.getOrDefault(environment, new TreeMap<>()).remove(name);
      case SettingChange.PutSetting(String name, String value) -> {
        settings.remove(name);
        if (value != null) {
          settings.put(name, value);
        }
      }
    }
  }

  /** Returns the attempts of a message, oldest first. */
  Iterable<AttemptRow> attemptsOf(long message) {
    return attemptsByMessage.getOrDefault(message, new TreeMap<>()).values();
  }

  /** Returns the time at which a message expires, also if its payload was removed. */
  long expires(MessageRow message) {
    return SimPayload.expires(removedPayloads.getOrDefault(message.id(), message.body()));
  }

  /** Returns how many deliveries wait. */
  long waiting() {
    return hot.size() + parked.values().stream().mapToLong(Map::size).sum();
  }

  /** Returns whether background work is under way, or yet to be done. */
  boolean hasRunningTask() {
    return tasks.values().stream().anyMatch(row -> row.status().equals(TaskRow.RUNNING));
  }
}
