package dev.posthorn.internal.postgresql.retention;

import dev.posthorn.internal.postgresql.connection.Session;
import dev.posthorn.internal.postgresql.lease.NodeLease;
import dev.posthorn.internal.postgresql.sql.Query;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.PartitionBatch;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.MessageRow;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Removes history that is past its retention row by row, one bounded slice at a time, from its old
 * edge. Owned by the writer.
 *
 * <p>Two edges move forward in each partition, and each row is examined once. Messages below the
 * first edge are gone, except those that had a live row when the edge passed them: they are held.
 * Attempts follow with their own edge, never past that of the messages; an attempt whose message
 * still exists is held with it.
 *
 * <p>No scan looks for a held message again. Instead, a batch that removes a live row of a message
 * below the edge notes that message, as does a message that arrives below the edge. A slice
 * examines the noted ones. The edges are in memory: after a restart each held message is examined
 * once more.
 */
final class HistoryRetention {
  private static final int ATTEMPTS_PER_MESSAGE = 4;
  private static final int NOTED_AT_MOST = 100_000;

  private static final String PLACES =
      " FROM unnest(?::smallint[], ?::bigint[]) AS w(partition, after)";
  private static final String MESSAGES =
      "SELECT f.* "
          + PLACES
          + " CROSS JOIN LATERAL (SELECT m.partition, m.id, "
          + MessageRemoval.IS_LIVE
          + " FROM posthorn.message m WHERE m.partition = w.partition AND m.id >= w.after"
          + " ORDER BY m.id LIMIT ?) f";
  private static final String ATTEMPTS =
      "SELECT f.* "
          + PLACES
          + " CROSS JOIN LATERAL (SELECT a.partition, a.id, EXISTS (SELECT FROM posthorn.message m"
          + " WHERE m.partition = a.partition AND m.id = a.message)"
          + " FROM posthorn.attempt a WHERE a.partition = w.partition AND a.id >= w.after"
          + " ORDER BY a.id LIMIT ?) f";
  private static final String NOTED =
      "SELECT m.partition, m.id, "
          + MessageRemoval.IS_LIVE
          + " FROM unnest(?::smallint[], ?::bigint[]) AS w(partition, id)"
          + " JOIN posthorn.message m ON m.partition = w.partition AND m.id = w.id";

  private final MessageRemoval removal;
  private final Owned owned;
  private final Edge messages;
  private final Edge attempts;
  private final Set<Place> noted = new LinkedHashSet<>();

  HistoryRetention(MessageRemoval removal, Owned owned) {
    this.removal = removal;
    this.owned = owned;
    this.messages = new Edge(NodeLease.PARTITIONS);
    this.attempts = new Edge(NodeLease.PARTITIONS);
  }

  private record Place(int partition, long id) {}

  /** A row of the walk; {@code held} if it must stay. */
  private record Row(int partition, long id, boolean held) {
    static Row of(ResultSet row) throws SQLException {
      return new Row(row.getInt(1), row.getLong(2), row.getBoolean(3));
    }
  }

  /** Begins again: a transaction failed, or the edges may be past rows that are back. */
  void forget() {
    messages.reset();
    attempts.reset();
    noted.clear();
  }

  /** Notes the messages below the edge that lose a live row, or arrive, with a batch. */
  void note(Batch batch) {
    for (PartitionBatch part : batch.partitions()) {
      int partition = part.partition();
      for (LiveRow row : part.hotRemovals) {
        note(partition, row.message());
      }
      for (LiveRow row : part.parkedRemovals) {
        note(partition, row.message());
      }
      for (MessageRow row : part.messages) {
        if (messages.note(partition, row.id())) {
          noted.add(new Place(partition, row.id()));
        }
      }
      part.attempts.forEach(row -> attempts.note(partition, row.id()));
    }
    if (noted.size() > NOTED_AT_MOST) {
      forget();
    }
  }

  private void note(int partition, long message) {
    if (message < messages.of(partition)) {
      noted.add(new Place(partition, message));
    }
  }

  /** Returns whether a slice has something to examine. */
  boolean isDue(long end) {
    return !noted.isEmpty() || messages.isDue(own(end)) || attempts.isDue(passed(end));
  }

  /** Attempts wait for the messages of their partition. */
  private Edge.Bound passed(long end) {
    Edge.Bound own = own(end);
    return partition -> Math.min(own.of(partition), messages.clearBelow(partition));
  }

  /** Nothing is removed from the partitions of others. */
  private Edge.Bound own(long end) {
    return partition -> owned.has(partition) ? end : Long.MIN_VALUE;
  }

  /**
   * Removes a slice in the current transaction.
   *
   * @param end rows with a smaller id may be removed
   * @param limit the maximum number of messages to remove
   */
  void slice(Session session, long end, int limit) throws SQLException {
    List<Integer> due = messages.due(own(end));
    if (!due.isEmpty()) {
      walk(session, messages, due, own(end), limit);
    }
    List<Integer> follow = attempts.due(passed(end));
    if (!follow.isEmpty()) {
      walk(session, attempts, follow, passed(end), limit * ATTEMPTS_PER_MESSAGE);
    }
    if (!noted.isEmpty()) {
      removeNoted(session, limit);
    }
  }

  /** Examines the next rows of some partitions, and removes those that are not held. */
  private void walk(Session session, Edge edge, List<Integer> partitions, Edge.Bound end, int limit)
      throws SQLException {
    int each = Math.max(limit / partitions.size(), 1) + 1;
    Map<Integer, List<Row>> rows = new HashMap<>();
    for (Row row : next(session, edge, partitions, each)) {
      rows.computeIfAbsent(row.partition, key -> new ArrayList<>()).add(row);
    }
    for (int partition : partitions) {
      List<Row> some = rows.getOrDefault(partition, List.of());
      List<Long> free = new ArrayList<>();
      int examined = 0;
      // The last row only tells where the next slice begins.
      for (Row row : some.size() == each ? some.subList(0, each - 1) : some) {
        if (row.id >= end.of(partition)) {
          break;
        }
        examined++;
        if (!row.held) {
          free.add(row.id);
        }
      }
      if (edge == messages) {
        removal.removeMessages(session, partition, free);
      } else {
        removal.removeAttempts(session, partition, free);
      }
      long nextRow = examined < some.size() ? some.get(examined).id : Long.MAX_VALUE;
      edge.move(partition, Math.min(nextRow, end.of(partition)), nextRow);
    }
  }

  private List<Row> next(Session session, Edge edge, List<Integer> partitions, int each)
      throws SQLException {
    short[] numbers = new short[partitions.size()];
    long[] after = new long[partitions.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = partitions.get(i).shortValue();
      after[i] = edge.of(partitions.get(i));
    }
    return Query.list(
        session, Row::of, edge == messages ? MESSAGES : ATTEMPTS, numbers, after, each);
  }

  private void removeNoted(Session session, int limit) throws SQLException {
    Map<Integer, List<Long>> free = new HashMap<>();
    noted.removeIf(place -> !owned.has(place.partition));
    List<Place> some = noted.stream().limit(limit).toList();
    short[] partitions = new short[some.size()];
    long[] ids = new long[some.size()];
    for (int i = 0; i < ids.length; i++) {
      partitions[i] = (short) some.get(i).partition;
      ids[i] = some.get(i).id;
    }
    some.forEach(noted::remove);
    for (Row row : Query.list(session, Row::of, NOTED, partitions, ids)) {
      if (!row.held) {
        free.computeIfAbsent(row.partition, key -> new ArrayList<>()).add(row.id);
      }
    }
    int left = limit * ATTEMPTS_PER_MESSAGE;
    for (Map.Entry<Integer, List<Long>> each : free.entrySet()) {
      int partition = each.getKey();
      List<Long> ofPartition = each.getValue();
      int removed =
          left <= 0
              ? 0
              : removal.remove(session, partition, ofPartition, attempts.of(partition), left);
      if (removed < ofPartition.size()) {
        left = 0;
        ofPartition
            .subList(removed, ofPartition.size())
            .forEach(id -> noted.add(new Place(partition, id)));
      }
    }
  }
}
