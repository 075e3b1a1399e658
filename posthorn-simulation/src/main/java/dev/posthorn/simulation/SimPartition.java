package dev.posthorn.simulation;

import dev.posthorn.AttemptKind;
import dev.posthorn.DeliveryState;
import dev.posthorn.internal.id.Ids;
import dev.posthorn.spi.store.PartitionBatch;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.CancelMark;
import dev.posthorn.spi.store.rows.ConsumerRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.HandoffRow;
import dev.posthorn.spi.store.rows.HourCounts;
import dev.posthorn.spi.store.rows.HourRow;
import dev.posthorn.spi.store.rows.LaneStateRow;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.spi.store.rows.ParkedKey;
import dev.posthorn.spi.store.rows.PayloadEnd;
import dev.posthorn.spi.store.rows.SecretRow;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One partition of the simulated disk. It knows nothing of what is in the others. */
final class SimPartition {
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
  final TreeSet<Long> removedApplications = new TreeSet<>();
  final TreeMap<Long, ApplicationRow> applications = new TreeMap<>();

  /** All that there ever were, also those that were deleted. */
  final Map<Long, EndpointRow> everyEndpoint = new HashMap<>();

  final TreeMap<Long, EndpointRow> endpoints = new TreeMap<>();
  final TreeMap<Long, TreeMap<Integer, SecretRow>> secrets = new TreeMap<>();
  final TreeMap<Long, LaneStateRow> laneStates = new TreeMap<>();
  final Map<Long, TreeMap<String, ConsumerRow>> consumers = new HashMap<>();

  final TreeMap<Long, HandoffRow> handoffs = new TreeMap<>();

  /** The times from which others see handoffs that were committed just now. */
  private final Map<Long, Long> handoffsSeenAt = new HashMap<>();

  /** Messages that were committed just now. */
  private final Map<Long, Hidden> hiddenMessages = new HashMap<>();

  /** A row that only its writer sees, until a time. */
  private record Hidden(long writer, long until) {}

  /** The numbers of recorded exchanges of removed messages, by message and endpoint. */
  final Map<List<Long>, Integer> removedExchanges = new HashMap<>();

  /** The payloads that messages had before they were removed. */
  final Map<Long, byte[]> removedPayloads = new HashMap<>();

  final TreeSet<PayloadEnd> payloadEnds =
      new TreeSet<>(
          Comparator.comparingLong(PayloadEnd::due).thenComparingLong(PayloadEnd::message));

  /** Applies the rows of a batch. */
  void apply(PartitionBatch batch) {
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
    batch.handoffs.forEach(row -> handoffs.putIfAbsent(row.id(), row));
    batch.handoffRemovals.forEach(handoffs::remove);
    batch.expungedMessages.forEach(this::expungeMessage);
    payloadEnds.addAll(batch.payloadEnds);
    batch.expungedAttempts.forEach(this::expungeAttempt);
  }

  /** Hides a new handoff from all but its writer, until its commit returns there. */
  void handoffSeenAt(HandoffRow row, SimViewer writer) {
    if (writer.seenAt().getAsLong() > writer.now().getAsLong()) {
      handoffsSeenAt.put(row.id(), writer.seenAt().getAsLong());
    }
  }

  /** Returns the handoffs that the owner sees. */
  NavigableMap<Long, HandoffRow> handoffs(SimViewer owner) {
    long now = owner.now().getAsLong();
    handoffsSeenAt.values().removeIf(time -> time <= now);
    if (handoffsSeenAt.isEmpty()) {
      return handoffs;
    }
    NavigableMap<Long, HandoffRow> seen = new TreeMap<>(handoffs);
    seen.keySet().removeAll(handoffsSeenAt.keySet());
    return seen;
  }

  /** Returns how many deliveries wait. */
  long waiting() {
    long waiting = hot.size();
    for (Map<ParkedKey, LiveRow> rows : parked.values()) {
      waiting += rows.size();
    }
    return waiting;
  }

  /** Returns a delivery of a handoff by its number, if it waits in {@code parked}, or null. */
  @Nullable LiveRow parked(HandoffRow handoff, int number) {
    TreeMap<ParkedKey, LiveRow> rows = parked.get(handoff.endpoints()[number]);
    return rows == null
        ? null
        : rows.get(new ParkedKey(handoff.position(), handoff.subject() + number));
  }

  /** Hides a new message from all but its writer, until its commit returns there. */
  void messageSeenAt(MessageRow row, SimViewer writer) {
    if (writer.seenAt().getAsLong() > writer.now().getAsLong()) {
      hiddenMessages.put(row.id(), new Hidden(writer.id(), writer.seenAt().getAsLong()));
    }
  }

  /** Shows others what a process has committed. */
  void reveal(long writer) {
    hiddenMessages.values().removeIf(hidden -> hidden.writer == writer);
  }

  /** Returns whether a process sees a message that is there. */
  boolean isSeen(long message, SimViewer viewer) {
    if (hiddenMessages.isEmpty() || viewer.id() == SimViewer.ALONE.id()) {
      return true;
    }
    long now = viewer.now().getAsLong();
    hiddenMessages.values().removeIf(hidden -> hidden.until <= now);
    Hidden hidden = hiddenMessages.get(message);
    return hidden == null || hidden.writer == viewer.id();
  }

  /** Becomes the same as another partition. */
  void copyFrom(SimPartition other) {
    copy(other.hot, hot);
    copyEach(other.parked, parked, TreeMap::new);
    copyEach(other.liveByMessage, liveByMessage, ArrayList::new);
    copy(other.cancelMarks, cancelMarks);
    copy(other.messages, messages);
    copyEach(other.messagesByApplication, messagesByApplication, TreeMap::new);
    copy(other.attempts, attempts);
    copyEach(other.attemptsByMessage, attemptsByMessage, TreeMap::new);
    copyEach(other.attemptsByEndpoint, attemptsByEndpoint, TreeMap::new);
    copyEach(other.hours, hours, TreeMap::new);
    copy(other.removedApplications, removedApplications);
    copy(other.applications, applications);
    copy(other.everyEndpoint, everyEndpoint);
    copy(other.endpoints, endpoints);
    copyEach(other.secrets, secrets, TreeMap::new);
    copy(other.laneStates, laneStates);
    copyEach(other.consumers, consumers, TreeMap::new);
    copy(other.handoffs, handoffs);
    handoffsSeenAt.clear();
    hiddenMessages.clear();
    copy(other.removedExchanges, removedExchanges);
    copy(other.removedPayloads, removedPayloads);
    copy(other.payloadEnds, payloadEnds);
  }

  static <K, V> void copy(Map<K, V> from, Map<K, V> to) {
    to.clear();
    to.putAll(from);
  }

  private static <V> void copy(Collection<V> from, Collection<V> to) {
    to.clear();
    to.addAll(from);
  }

  private static <K, V> void copyEach(Map<K, V> from, Map<K, V> to, UnaryOperator<V> copy) {
    to.clear();
    from.forEach((key, value) -> to.put(key, copy.apply(value)));
  }

  void put(EndpointRow row) {
    endpoints.put(row.id(), row);
    everyEndpoint.put(row.id(), row);
  }

  void removeEndpoint(long id) {
    endpoints.remove(id);
    secrets.remove(id);
    laneStates.remove(id);
    consumers.remove(id);
  }

  void put(SecretRow row) {
    secrets.computeIfAbsent(row.endpoint(), e -> new TreeMap<>()).put(row.slot(), row);
  }

  void removeSecret(long endpoint, int slot) {
    secrets.computeIfPresent(
        endpoint,
        (e, present) -> {
          present.remove(slot);
          return present.isEmpty() ? null : present;
        });
  }

  void put(LaneStateRow row) {
    laneStates.put(row.endpoint(), row);
    if (row.isEmpty()) {
      laneStates.remove(row.endpoint());
    }
  }

  void put(ConsumerRow row) {
    consumers.computeIfAbsent(row.endpoint(), e -> new TreeMap<>()).put(row.name(), row);
  }

  void removeApplication(long id) {
    applications.remove(id);
    removedApplications.add(id);
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
}
