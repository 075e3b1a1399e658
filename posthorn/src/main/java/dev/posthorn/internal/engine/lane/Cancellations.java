package dev.posthorn.internal.engine.lane;

import dev.posthorn.internal.engine.base.Ownership;
import dev.posthorn.internal.engine.journal.JournalBatch;
import dev.posthorn.internal.engine.registry.EndpointRegistry;
import dev.posthorn.internal.engine.registry.RegisteredEndpoint;
import dev.posthorn.internal.engine.registry.StoredMarks;
import dev.posthorn.spi.store.Lease;
import dev.posthorn.spi.store.reads.PartitionReads;
import dev.posthorn.spi.store.reads.PartitionRow;
import dev.posthorn.spi.store.reads.Reads;
import dev.posthorn.spi.store.reads.ScanPage;
import dev.posthorn.spi.store.rows.CancelMark;
import dev.posthorn.spi.store.rows.HandoffRow;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.SettingChange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The canceled deliveries that still wait or are under way.
 *
 * <p>A cancellation is a row, a {@link CancelMark}, and is confirmed once that is on disk. From
 * then on no delivery that it holds for is sent, even after a restart: each is looked up here when
 * it begins to wait, when its turn comes, and when its outcome is written. The mark is removed with
 * the last delivery that it holds for. A removed endpoint counts as a mark for everything that
 * waits for it.
 *
 * <p>The marks of partitions that this node owns are in memory. Those of other partitions are only
 * in the store ({@link StoredMarks}): the owner is told, and ends the deliveries.
 *
 * <p>Any thread may read. Only the writer changes it, when a batch is committed.
 */
public class Cancellations {
  private static final int PAGE = 1_000;

  private final EndpointRegistry registry;
  private final Ownership ownership;
  private final Lease lease;

  /** The marks of messages, by the ids of the deliveries that they hold for. */
  private final Map<Long, OfMessage> byDelivery = new ConcurrentHashMap<>();

  // Owned by the writer.
  private final Map<List<Long>, OfMessage> ofMessages = new HashMap<>();
  private final Map<Long, OfMessage> stagedByDelivery = new HashMap<>();
  private final Map<Long, Long> stagedOfEndpoints = new HashMap<>();

  /** The mark of a message, or of a message for one endpoint. The writer counts. */
  private static final class OfMessage {
    private final int partition;
    private final List<Long> key;
    private final long message;
    private final long endpoint;
    private long upTo;

    /** The number of deliveries that it holds for. */
    private int left;

    /** The number of those that end in the batch that is being written. */
    private int ending;

    OfMessage(int partition, List<Long> key) {
      this.partition = partition;
      this.key = key;
      this.message = key.getFirst();
      this.endpoint = key.getLast();
    }
  }

  Cancellations(EndpointRegistry registry, Ownership ownership, Lease lease) {
    this.registry = registry;
    this.ownership = ownership;
    this.lease = lease;
  }

  // ---- for everybody -------------------------------------------------------------------------

  /** Returns whether a delivery for an endpoint must not be sent any more. */
  boolean isCancelled(RegisteredEndpoint endpoint, LiveRow row) {
    return row.id() <= endpoint.cancelledUpTo
        || endpoint.settings().deleted()
        || byDelivery.containsKey(row.id());
  }

  /** Returns whether a delivery must not be sent any more. */
  private boolean isCancelled(LiveRow row) {
    RegisteredEndpoint endpoint = registry.endpoint(row.endpoint());
    return endpoint == null || isCancelled(endpoint, row);
  }

  /**
   * Returns the test whether a delivery of a partition must not be sent any more.
   *
   * @param store is read if this node does not own the partition, or another one may have taken
   *     over without its knowledge
   */
  public final Predicate<LiveRow> in(int partition, Reads store) {
    if (ownership.isOwned(partition) && lease.isHeld()) {
      return this::isCancelled;
    }
    return isCancelled(StoredMarks.of(store, partition));
  }

  private Predicate<LiveRow> isCancelled(StoredMarks marks) {
    return row -> registry.endpoint(row.endpoint()) == null || marks.covers(row);
  }

  /** Returns whether a delivery was canceled, and counted, with its message. */
  boolean isCancelledAlone(LiveRow row) {
    return byDelivery.containsKey(row.id());
  }

  // ---- messages; writer only -----------------------------------------------------------------

  /**
   * Cancels, as part of a batch, the deliveries of a message that wait or are under way.
   *
   * @param partition the partition of its application
   * @param endpoint only those for this endpoint; 0 for all
   * @return those that were not canceled before
   */
  public final List<LiveRow> cancel(
      int partition, long message, long endpoint, JournalBatch batch) {
    return cancel(partition, new CancelMark(message, endpoint, Long.MAX_VALUE), batch);
  }

  private List<LiveRow> cancel(int partition, CancelMark asked, JournalBatch batch) {
    long message = asked.message();
    long endpoint = asked.endpoint();
    List<LiveRow> live = batch.liveNow(partition, message, endpoint);
    if (live.isEmpty()) {
      return live;
    }
    Predicate<LiveRow> isCancelled = asOf(batch, partition);
    List<LiveRow> rows = new ArrayList<>();
    for (LiveRow row : live) {
      if (row.id() <= asked.upTo() && !isCancelled.test(row)) {
        rows.add(row);
      }
    }
    if (!rows.isEmpty()) {
      mark(partition, List.of(message, endpoint), rows, batch);
    }
    return rows;
  }

  /**
   * Cancels, as part of a batch, what another node was asked to cancel in a partition that this one
   * owns. That node has stored a mark, but this one may have removed it since, with the last
   * delivery that it held for as far as was known here.
   *
   * @return the deliveries that were not canceled before
   */
  public final List<LiveRow> adopt(int partition, CancelMark asked, JournalBatch batch) {
    List<LiveRow> rows = cancel(partition, asked, batch);
    if (rows.isEmpty() && !ofMessages.containsKey(List.of(asked.message(), asked.endpoint()))) {
      remove(partition, asked, batch);
    }
    return rows;
  }

  /** Removes a mark that holds for nothing. */
  public final void remove(int partition, CancelMark mark, JournalBatch batch) {
    batch.change(new SettingChange.RemoveCancelMark(partition, mark.message(), mark.endpoint()));
  }

  private void mark(int partition, List<Long> key, List<LiveRow> rows, JournalBatch batch) {
    if (ownership.isOwned(partition)) {
      remember(partition, key, rows, batch);
      return;
    }
    long upTo = StoredMarks.asOf(batch, partition).upTo(key.getFirst(), key.getLast());
    for (LiveRow row : rows) {
      upTo = Math.max(upTo, row.id());
    }
    put(partition, new CancelMark(key.getFirst(), key.getLast(), upTo), batch);
  }

  /** Stores the mark of a partition that another node owns, and tells that. */
  private static void put(int partition, CancelMark mark, JournalBatch batch) {
    batch.change(new SettingChange.PutCancelMark(partition, mark));
    batch.handOff(partition, HandoffRow.cancellation(batch.nextId(0), mark));
  }

  private void remember(int partition, List<Long> key, List<LiveRow> rows, JournalBatch batch) {
    OfMessage mark = ofMessages.computeIfAbsent(key, k -> new OfMessage(partition, k));
    for (LiveRow row : rows) {
      stagedByDelivery.put(row.id(), mark);
      mark.upTo = Math.max(mark.upTo, row.id());
    }
    mark.left += rows.size();
    CancelMark stored = new CancelMark(mark.message, mark.endpoint, mark.upTo);
    batch.change(new SettingChange.PutCancelMark(partition, stored));
    batch.onUndo(
        () -> {
          rows.forEach(row -> stagedByDelivery.remove(row.id()));
          mark.left -= rows.size();
          forgetIfDone(mark);
        });
    batch.onCommit(
        () -> {
          rows.forEach(row -> byDelivery.put(row.id(), mark));
          rows.forEach(row -> stagedByDelivery.remove(row.id()));
        });
  }

  /** Returns the test whether a delivery of a partition is canceled as of a batch. */
  public final Predicate<LiveRow> asOf(JournalBatch batch, int partition) {
    if (ownership.isOwned(partition)) {
      return this::isCancelledNow;
    }
    return isCancelled(StoredMarks.asOf(batch, partition));
  }

  private boolean isCancelledNow(LiveRow row) {
    return isCancelled(row)
        || markOf(row) != null
        || row.id() <= stagedOfEndpoints.getOrDefault(row.endpoint(), 0L);
  }

  private @Nullable OfMessage markOf(LiveRow row) {
    OfMessage mark = byDelivery.get(row.id());
    return mark != null ? mark : stagedByDelivery.get(row.id());
  }

  /** Ends a delivery with a batch. The mark of a message goes with its last delivery. */
  final void ends(LiveRow row, JournalBatch batch) {
    OfMessage mark = byDelivery.isEmpty() && stagedByDelivery.isEmpty() ? null : markOf(row);
    if (mark == null) {
      return;
    }
    mark.ending++;
    batch.onUndo(() -> mark.ending--);
    batch.onCommit(
        () -> {
          byDelivery.remove(row.id());
          mark.ending--;
          mark.left--;
          forgetIfDone(mark);
        });
    if (mark.ending == mark.left) {
      batch.change(new SettingChange.RemoveCancelMark(mark.partition, mark.message, mark.endpoint));
    }
  }

  private void forgetIfDone(OfMessage mark) {
    if (mark.left == 0) {
      ofMessages.remove(mark.key, mark);
    }
  }

  // ---- endpoints; writer only ----------------------------------------------------------------

  /** Cancels, as part of a batch, all deliveries of an endpoint with an id up to one. */
  public final void cancelAll(RegisteredEndpoint endpoint, long upTo, JournalBatch batch) {
    boolean owned = ownership.isOwned(endpoint.partition);
    long before =
        owned
            ? stagedOfEndpoints.getOrDefault(endpoint.id, endpoint.cancelledUpTo)
            : StoredMarks.asOf(batch, endpoint.partition).upTo(0, endpoint.id);
    long highest = Math.max(before, upTo);
    CancelMark row = new CancelMark(0, endpoint.id, highest);
    if (!owned) {
      put(endpoint.partition, row, batch);
      return;
    }
    batch.change(new SettingChange.PutCancelMark(endpoint.partition, row));
    stagedOfEndpoints.put(endpoint.id, highest);
    batch.onUndo(() -> stagedOfEndpoints.remove(endpoint.id));
    batch.onCommit(
        () -> {
          stagedOfEndpoints.remove(endpoint.id);
          endpoint.cancelledUpTo = highest;
        });
  }

  /**
   * Removes an endpoint's mark, since no delivery up to an id is left; unless it was raised
   * meanwhile.
   */
  final void lift(RegisteredEndpoint endpoint, long upTo, JournalBatch batch) {
    if (endpoint.cancelledUpTo == upTo && !stagedOfEndpoints.containsKey(endpoint.id)) {
      batch.change(new SettingChange.RemoveCancelMark(endpoint.partition, 0, endpoint.id));
      batch.onCommit(() -> endpoint.cancelledUpTo = 0);
    }
  }

  // ---- partitions; writer only, between two batches ------------------------------------------

  /** Forgets the marks of partitions that this node does not own. */
  public final void forget(Set<Integer> partitions) {
    byDelivery.values().removeIf(mark -> partitions.contains(mark.partition));
    ofMessages.values().removeIf(mark -> partitions.contains(mark.partition));
    registry
        .endpoints(partitions)
        .filter(endpoint -> endpoint.cancelledUpTo != 0)
        .forEach(endpoint -> endpoint.cancelledUpTo = 0);
  }

  /**
   * Reads the marks in partitions of the store, which this node owns from now on.
   *
   * @return the deliveries of messages that were canceled
   */
  public List<PartitionRow<LiveRow>> restore(Reads store, Set<Integer> partitions) {
    List<PartitionRow<LiveRow>> cancelled = new ArrayList<>();
    ScanPage.forEach(
        store.across(partitions)::cancelMarks,
        PAGE,
        page -> {
          for (PartitionRow<CancelMark> each : page) {
            restore(each.partition(), each.row(), store).stream()
                .map(row -> new PartitionRow<>(each.partition(), row))
                .forEach(cancelled::add);
          }
        });
    return cancelled;
  }

  private List<LiveRow> restore(int partition, CancelMark mark, Reads store) {
    if (mark.message() != 0) {
      return restoreOfMessage(partition, mark, store.in(partition));
    }
    RegisteredEndpoint endpoint = registry.endpoint(mark.endpoint());
    if (endpoint != null) {
      endpoint.cancelledUpTo = mark.upTo();
    }
    return List.of();
  }

  private List<LiveRow> restoreOfMessage(int partition, CancelMark mark, PartitionReads store) {
    List<Long> key = List.of(mark.message(), mark.endpoint());
    OfMessage restored = new OfMessage(partition, key);
    restored.upTo = mark.upTo();
    List<LiveRow> rows = new ArrayList<>();
    for (LiveRow row : store.live(mark.message())) {
      boolean held = mark.endpoint() == 0 || row.endpoint() == mark.endpoint();
      if (held && row.id() <= mark.upTo() && byDelivery.putIfAbsent(row.id(), restored) == null) {
        rows.add(row);
      }
    }
    restored.left = rows.size();
    if (!rows.isEmpty()) {
      ofMessages.put(key, restored);
    }
    return rows;
  }
}
