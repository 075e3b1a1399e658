package dev.posthorn.simulation;

import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.PartitionBatch;
import dev.posthorn.spi.store.Partitions;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.CancelMark;
import dev.posthorn.spi.store.rows.ConsumerRow;
import dev.posthorn.spi.store.rows.DedupeKey;
import dev.posthorn.spi.store.rows.DedupeRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EnvironmentRow;
import dev.posthorn.spi.store.rows.EventTypeRow;
import dev.posthorn.spi.store.rows.HandoffRow;
import dev.posthorn.spi.store.rows.LaneStateRow;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.spi.store.rows.ParkedKey;
import dev.posthorn.spi.store.rows.SecretRow;
import dev.posthorn.spi.store.rows.SettingChange;
import dev.posthorn.spi.store.rows.TaskRow;
import dev.posthorn.spi.store.rows.TokenRow;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The simulated disk: it outlives crashes, and takes a batch as a whole or not at all. The store
 * reads its partitions one by one; those who check look at all of them together.
 */
final class SimTables {
  static final int PARTITIONS = 4;

  private final List<SimPartition> partitions =
      IntStream.range(0, PARTITIONS).mapToObj(number -> new SimPartition()).toList();
  final Map<DedupeKey, DedupeRow> dedupe = new HashMap<>();
  final TreeMap<Long, EnvironmentRow> environments = new TreeMap<>();
  final TreeMap<Long, TokenRow> tokens = new TreeMap<>();
  final TreeMap<Long, TaskRow> tasks = new TreeMap<>();
  final Map<Long, TreeMap<String, EventTypeRow>> eventTypes = new HashMap<>();
  final Map<String, String> settings = new HashMap<>();
  final SimSettingsLog settingsLog = new SimSettingsLog();

  /** The ids of all rows for other owners that there ever were: messages have the same. */
  private final Set<Long> handedOff = new HashSet<>();

  /** The batches with rows for other owners. */
  private final Set<UUID> marks = new HashSet<>();

  long idFloor;

  /** True if several processes change settings. */
  private final boolean shared;

  private final List<Consumer<Batch>> checks = new ArrayList<>();

  SimTables() {
    this(false);
  }

  SimTables(boolean shared) {
    this.shared = shared;
  }

  boolean isShared() {
    return shared;
  }

  /** Adds a check of each batch before it is applied. */
  void check(Consumer<Batch> check) {
    checks.add(check);
  }

  /** The number of times that a process has taken over from another one. */
  private int epoch;

  int epoch() {
    return epoch;
  }

  /** Lets the next process take over: whoever has opened the store before can write no more. */
  void takeOver() {
    epoch++;
  }

  /** Returns a partition. */
  SimPartition in(int number) {
    return partitions.get(number);
  }

  /** Returns the number of an application's partition. */
  static int partitionOf(long application) {
    return Partitions.of(application, PARTITIONS);
  }

  private SimPartition of(long application) {
    return in(partitionOf(application));
  }

  /** Applies a batch, or throws that it cannot be and changes nothing. */
  void apply(Batch batch) {
    apply(batch, SimViewer.ALONE);
  }

  /** Applies a batch of a process, or throws that it cannot be and changes nothing. */
  void apply(Batch batch, SimViewer writer) {
    if (shared) {
      if (settingsLog.has(batch)) {
        return; // all of it is here
      }
      if (batch.hasHandoffs() && marks.contains(batch.mark())) {
        return; // the owners may have removed some of it since
      }
      batch.requireVersion(settingsLog.versionFor(batch, writer));
      batch.dedupe.forEach(row -> requireFree(row, batch));
    }
    new SimConstraints(this).check(batch);
    checks.forEach(check -> check.accept(batch));
    if (shared) {
      settingsLog.append(batch, writer, () -> eachEndpoint().toList());
      if (batch.hasHandoffs()) {
        marks.add(batch.mark());
      }
    }
    batch.settings.forEach(this::apply);
    for (PartitionBatch rows : batch.partitions()) {
      in(rows.partition()).apply(rows);
      rows.messages.forEach(row -> in(rows.partition()).messageSeenAt(row, writer));
      for (HandoffRow row : rows.handoffs) {
        in(rows.partition()).handoffSeenAt(row, writer);
        handedOff.add(row.id());
      }
    }
    for (DedupeRow row : batch.dedupe) {
      dedupe.merge(row.dedupeKey(), row, (a, b) -> b.expires() > a.expires() ? b : a);
    }
    idFloor = Math.max(idFloor, batch.idFloor);
  }

  private void requireFree(DedupeRow row, Batch batch) {
    DedupeRow stored = dedupe.get(row.dedupeKey());
    if (stored != null && batch.isTaken(stored, row)) {
      throw new StoreException(StoreException.Reason.STALE, "a key is used", null);
    }
  }

  /** Becomes the same as other tables: the disk of a copy that lacks the last commits. */
  void copyFrom(SimTables other) {
    for (int number = 0; number < PARTITIONS; number++) {
      in(number).copyFrom(other.in(number));
    }
    SimPartition.copy(other.dedupe, dedupe);
    SimPartition.copy(other.environments, environments);
    SimPartition.copy(other.tokens, tokens);
    SimPartition.copy(other.tasks, tasks);
    SimPartition.copy(other.settings, settings);
    eventTypes.clear();
    other.eventTypes.forEach((id, rows) -> eventTypes.put(id, new TreeMap<>(rows)));
    settingsLog.copyFrom(other.settingsLog);
    marks.clear();
    marks.addAll(other.marks);
    idFloor = other.idFloor;
  }

  private void apply(SettingChange change) {
    switch (change) {
      case SettingChange.PutEnvironment(EnvironmentRow row) -> environments.put(row.id(), row);
      case SettingChange.RemoveEnvironment(long id) -> environments.remove(id);
      case SettingChange.PutToken(TokenRow row) -> tokens.put(row.id(), row);
      case SettingChange.RemoveToken(long id) -> tokens.remove(id);
      case SettingChange.PutTask(TaskRow row) -> tasks.put(row.id(), row);
      case SettingChange.RemoveTask(long id) -> tasks.remove(id);
      case SettingChange.PutApplication(ApplicationRow row) ->
          of(row.id()).applications.put(row.id(), row);
      case SettingChange.RemoveApplication(long id) -> of(id).removeApplication(id);
      case SettingChange.PutEndpoint(EndpointRow row) -> of(row.application()).put(row);
      case SettingChange.RemoveEndpoint(int partition, long id) -> in(partition).removeEndpoint(id);
      case SettingChange.PutSecret(int partition, SecretRow row) -> in(partition).put(row);
      case SettingChange.RemoveSecret(int partition, long endpoint, int slot) ->
          in(partition).removeSecret(endpoint, slot);
      case SettingChange.PutLaneState(int partition, LaneStateRow row) -> in(partition).put(row);
      case SettingChange.ForgiveFailures(int partition, long endpoint) ->
          in(partition).laneStates.computeIfPresent(endpoint, (id, row) -> row.withFailingSince(0));
      case SettingChange.PutConsumer(int partition, ConsumerRow row) -> in(partition).put(row);
      case SettingChange.RemoveConsumer(int partition, long endpoint, String name) ->
          in(partition).consumers.getOrDefault(endpoint, new TreeMap<>()).remove(name);
      case SettingChange.PutCancelMark(int partition, CancelMark mark) ->
          in(partition).cancelMarks.put(List.of(mark.message(), mark.endpoint()), mark);
      case SettingChange.RemoveCancelMark(int partition, long message, long endpoint) ->
          in(partition).cancelMarks.remove(List.of(message, endpoint));
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

  // ---- all partitions together ---------------------------------------------------------------

  private <R> NavigableMap<Long, R> all(Function<SimPartition, Map<Long, R>> table) {
    NavigableMap<Long, R> all = new TreeMap<>();
    partitions.forEach(partition -> all.putAll(table.apply(partition)));
    return all;
  }

  private <R> @Nullable R any(Function<SimPartition, @Nullable R> find) {
    for (SimPartition partition : partitions) {
      R found = find.apply(partition);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  NavigableMap<Long, LiveRow> hot() {
    return all(partition -> partition.hot);
  }

  /** Returns all hot rows, in any order. */
  Stream<LiveRow> eachHot() {
    return partitions.stream().flatMap(partition -> partition.hot.values().stream());
  }

  @SuppressWarnings("NonApiType") // the order of the rows is part of it
  NavigableMap<Long, TreeMap<ParkedKey, LiveRow>> parked() {
    return all(partition -> partition.parked);
  }

  /** Returns the parked rows of an endpoint, in their order. */
  Collection<LiveRow> parked(long endpoint) {
    TreeMap<ParkedKey, LiveRow> rows = any(partition -> partition.parked.get(endpoint));
    return rows == null ? List.of() : rows.values();
  }

  /** Returns all live rows, in any order. */
  Stream<LiveRow> live() {
    return partitions.stream()
        .flatMap(partition -> partition.liveByMessage.values().stream())
        .flatMap(List::stream);
  }

  /** Returns the live rows of a message. */
  List<LiveRow> live(long message) {
    return Objects.requireNonNullElse(
        any(partition -> partition.liveByMessage.get(message)), List.of());
  }

  /** Returns the messages that have live rows. */
  Set<Long> liveMessages() {
    Set<Long> all = new HashSet<>();
    partitions.forEach(partition -> all.addAll(partition.liveByMessage.keySet()));
    return all;
  }

  List<CancelMark> cancelMarks() {
    return partitions.stream().flatMap(one -> one.cancelMarks.values().stream()).toList();
  }

  NavigableMap<Long, MessageRow> messages() {
    return all(partition -> partition.messages);
  }

  @Nullable MessageRow message(long id) {
    return any(partition -> partition.messages.get(id));
  }

  NavigableMap<Long, AttemptRow> attempts() {
    return all(partition -> partition.attempts);
  }

  @Nullable AttemptRow attempt(long id) {
    return any(partition -> partition.attempts.get(id));
  }

  /** Returns the attempts of a message by id, as they are on the disk; or null. */
  @Nullable NavigableMap<Long, AttemptRow> attemptsByMessage(long message) {
    return any(partition -> partition.attemptsByMessage.get(message));
  }

  /** Returns the attempts of a message, oldest first. */
  Collection<AttemptRow> attemptsOf(long message) {
    return rows(attemptsByMessage(message));
  }

  /** Returns the attempts for an endpoint, oldest first. */
  Collection<AttemptRow> attemptsFor(long endpoint) {
    return rows(any(partition -> partition.attemptsByEndpoint.get(endpoint)));
  }

  private static Collection<AttemptRow> rows(@Nullable NavigableMap<Long, AttemptRow> rows) {
    return rows == null ? List.of() : rows.values();
  }

  NavigableMap<Long, ApplicationRow> applications() {
    return all(partition -> partition.applications);
  }

  /** Returns whether an application was removed that left messages behind. */
  boolean isRemoved(long application) {
    return of(application).removedApplications.contains(application);
  }

  NavigableMap<Long, EndpointRow> endpoints() {
    return all(partition -> partition.endpoints);
  }

  /** Returns all endpoints, in any order. */
  Stream<EndpointRow> eachEndpoint() {
    return partitions.stream().flatMap(partition -> partition.endpoints.values().stream());
  }

  /** Returns all endpoints that there ever were, also those that were deleted, in any order. */
  Stream<EndpointRow> everyEndpoint() {
    return partitions.stream().flatMap(partition -> partition.everyEndpoint.values().stream());
  }

  /** Returns an endpoint, also one that was deleted, or null. */
  @Nullable EndpointRow everEndpoint(long id) {
    return any(partition -> partition.everyEndpoint.get(id));
  }

  NavigableMap<Long, LaneStateRow> laneStates() {
    return all(partition -> partition.laneStates);
  }

  @Nullable LaneStateRow laneState(long endpoint) {
    return any(partition -> partition.laneStates.get(endpoint));
  }

  /** Returns how many exchanges of a message with an endpoint were recorded and removed. */
  int removedExchanges(long message, long endpoint) {
    Integer count = any(one -> one.removedExchanges.get(List.of(message, endpoint)));
    return count == null ? 0 : count;
  }

  /** Returns how many exchanges were recorded and removed. */
  long removedExchanges() {
    return partitions.stream()
        .flatMap(partition -> partition.removedExchanges.values().stream())
        .mapToLong(Integer::longValue)
        .sum();
  }

  /** Returns the time at which a message expires, also if its payload was removed. */
  long expires(MessageRow message) {
    byte[] removed = any(partition -> partition.removedPayloads.get(message.id()));
    return SimPayload.expires(removed == null ? message.body() : removed);
  }

  /** Returns whether another node than its owner has accepted a message. */
  boolean wasHandedOff(long message) {
    return handedOff.contains(message);
  }

  /** All time is over: every owner has taken in what others have committed for it. */
  void requireNoHandoffs() {
    for (SimPartition partition : partitions) {
      if (!partition.handoffs.isEmpty()) {
        throw new Violation("handoff: not removed: " + partition.handoffs.values());
      }
    }
  }

  /** Returns how many deliveries wait. */
  long waiting() {
    long waiting = 0; // asked after each event
    for (SimPartition partition : partitions) {
      waiting += partition.waiting();
    }
    return waiting;
  }

  /** Returns whether background work is under way, or yet to be done. */
  boolean hasRunningTask() {
    return tasks.values().stream().anyMatch(row -> row.status().equals(TaskRow.RUNNING));
  }
}
