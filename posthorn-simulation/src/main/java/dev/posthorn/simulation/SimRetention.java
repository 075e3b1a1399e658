package dev.posthorn.simulation;

import dev.posthorn.AttemptKind;
import dev.posthorn.internal.id.Ids;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.EnvironmentRow;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.spi.store.rows.PayloadEnd;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Removal of history from a partition of the simulated disk, a slice at a time. */
final class SimRetention {
  private static final long HOUR = 3_600_000;
  private static final int SLICE = 500;

  private final SimPartition tables;
  private final Map<Long, EnvironmentRow> environments;

  SimRetention(SimPartition tables, Map<Long, EnvironmentRow> environments) {
    this.tables = tables;
    this.environments = environments;
  }

  /** Removes a slice of everything that is past its time; returns whether more waits. */
  boolean upkeep(long keepFrom, long now) {
    boolean due = endPayloads(now, SLICE);
    boolean ofEnvironments = retainOfEnvironments(now, SLICE);
    boolean ofRemoved = retainOfRemoved(SLICE);
    return retain(keepFrom, SLICE) || due || ofEnvironments || ofRemoved;
  }

  /** Removes up to {@code most} rows that are past their retention; returns whether more wait. */
  private boolean retain(long keepFrom, int most) {
    List<MessageRow> oldMessages = new ArrayList<>();
    for (MessageRow row : tables.messages.headMap(keepFrom).values()) {
      if (oldMessages.size() < most && !tables.liveByMessage.containsKey(row.id())) {
        oldMessages.add(row);
      }
    }
    for (MessageRow row : oldMessages) {
      tables.messages.remove(row.id());
      SimPartition.unindex(tables.messagesByApplication, row.application(), row.id());
    }
    long kept = Ids.timeOf(Math.max(0, keepFrom)) / HOUR * HOUR;
    tables.hours.values().forEach(rows -> rows.headMap(kept).clear());
    List<AttemptRow> oldAttempts = new ArrayList<>();
    for (AttemptRow row : tables.attempts.headMap(keepFrom).values()) {
      if (oldAttempts.size() < most && !tables.liveByMessage.containsKey(row.message())) {
        oldAttempts.add(row);
      }
    }
    for (AttemptRow row : oldAttempts) {
      tables.attempts.remove(row.id());
      SimPartition.unindex(tables.attemptsByMessage, row.message(), row.id());
      SimPartition.unindex(tables.attemptsByEndpoint, row.endpoint(), row.id());
    }
    return oldMessages.size() == most || oldAttempts.size() == most;
  }

  /**
   * Removes up to {@code most} messages that their environments keep no longer; returns whether
   * more wait.
   */
  private boolean retainOfEnvironments(long now, int most) {
    List<MessageRow> old = new ArrayList<>();
    for (ApplicationRow application : tables.applications.values()) {
      EnvironmentRow environment = environments.get(application.environment());
      if (environment != null && environment.retentionMillis() > 0) {
        tables
            .messagesByApplication
            .getOrDefault(application.id(), new TreeMap<>())
            .headMap(Ids.firstAt(now - environment.retentionMillis()), false)
            .values()
            .stream()
            .filter(row -> !tables.liveByMessage.containsKey(row.id()))
            .limit(most - (long) old.size())
            .forEach(old::add);
      }
    }
    old.forEach(this::removeWhole);
    return old.size() == most;
  }

  /** Removes up to {@code most} messages of removed applications; returns whether more wait. */
  private boolean retainOfRemoved(int most) {
    List<MessageRow> old = new ArrayList<>();
    for (long application : tables.removedApplications) {
      tables.messagesByApplication.getOrDefault(application, new TreeMap<>()).values().stream()
          .filter(row -> !tables.liveByMessage.containsKey(row.id()))
          .limit(most - (long) old.size())
          .forEach(old::add);
    }
    old.forEach(this::removeWhole);
    tables.removedApplications.removeIf(
        application -> !tables.messagesByApplication.containsKey(application));
    return old.size() == most;
  }

  private void removeWhole(MessageRow row) {
    tables.messages.remove(row.id());
    SimPartition.unindex(tables.messagesByApplication, row.application(), row.id());
    for (AttemptRow attempt :
        List.copyOf(tables.attemptsByMessage.getOrDefault(row.id(), new TreeMap<>()).values())) {
      tables.attempts.remove(attempt.id());
      SimPartition.unindex(tables.attemptsByMessage, attempt.message(), attempt.id());
      SimPartition.unindex(tables.attemptsByEndpoint, attempt.endpoint(), attempt.id());
      if (attempt.kind() != AttemptKind.NONE) {
        tables.removedExchanges.merge(
            List.of(attempt.message(), attempt.endpoint()), 1, Integer::sum);
      }
    }
  }

  /** Removes up to {@code most} payloads that are due; returns whether more wait. */
  private boolean endPayloads(long now, int most) {
    int ended = 0;
    while (!tables.payloadEnds.isEmpty()
        && tables.payloadEnds.first().due() <= now
        && ended < most) {
      long message = tables.payloadEnds.removeFirst().message();
      if (tables.liveByMessage.containsKey(message)) {
        tables.payloadEnds.add(new PayloadEnd(now + PayloadEnd.AGAIN_MILLIS, message));
      } else {
        tables.expungeMessage(message);
      }
      ended++;
    }
    return ended == most;
  }
}
