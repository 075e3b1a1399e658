package dev.posthorn.simulation;

import dev.posthorn.spi.store.reads.AttemptQuery;
import dev.posthorn.spi.store.reads.LoadedMessages;
import dev.posthorn.spi.store.reads.MessageQuery;
import dev.posthorn.spi.store.reads.Page;
import dev.posthorn.spi.store.reads.PartitionReads;
import dev.posthorn.spi.store.reads.WaitingCount;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.ConsumerRow;
import dev.posthorn.spi.store.rows.HourRow;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.spi.store.rows.ParkedKey;
import dev.posthorn.spi.store.rows.SecretRow;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The reads of one partition of a simulated store: nothing of another one is found. */
final class SimReads implements PartitionReads {
  private final Supplier<SimPartition> partition;
  private final SimViewer viewer;

  /**
   * Creates the reads of what a supplier returns, or throws as a read may.
   *
   * @param viewer does not see all that is in it
   */
  SimReads(Supplier<SimPartition> partition, SimViewer viewer) {
    this.partition = partition;
    this.viewer = viewer;
  }

  private SimPartition read() {
    return partition.get();
  }

  @Override
  public List<LiveRow> parked(long endpoint, ParkedKey after, int limit) {
    TreeMap<ParkedKey, LiveRow> rows = read().parked.getOrDefault(endpoint, new TreeMap<>());
    return rows.tailMap(after, false).values().stream().limit(limit).toList();
  }

  @Override
  public List<LiveRow> live(long message) {
    return read().liveByMessage.getOrDefault(message, List.of()).stream()
        .sorted(Comparator.comparingLong(LiveRow::endpoint).thenComparing(LiveRow::place))
        .toList();
  }

  @Override
  public List<LiveRow> live(long message, long endpoint) {
    return read().liveByMessage.getOrDefault(message, List.of()).stream()
        .filter(row -> row.endpoint() == endpoint)
        .sorted(Comparator.comparingLong(LiveRow::id))
        .toList();
  }

  @Override
  public WaitingCount waiting(long endpoint, int most) {
    SimPartition from = read();
    List<LiveRow> rows =
        Stream.concat(
                from.parked.getOrDefault(endpoint, new TreeMap<>()).values().stream(),
                from.hot.values().stream().filter(row -> row.endpoint() == endpoint))
            .limit(most)
            .toList();
    int attempted = (int) rows.stream().filter(row -> row.attempts() > 0).count();
    return new WaitingCount(rows.size(), attempted);
  }

  @Override
  public @Nullable MessageRow message(long id) {
    return read().messages.get(id);
  }

  @Override
  public @Nullable MessageRow messageWithoutBody(long id) {
    MessageRow row = read().messages.get(id);
    return row == null ? null : row.withoutBody();
  }

  @Override
  public LoadedMessages messages(long[] ids, long maxBytes) {
    SimPartition from = read();
    List<MessageRow> found = new ArrayList<>();
    long left = maxBytes;
    for (int i = 0; i < ids.length; i++) {
      MessageRow row = from.messages.get(ids[i]);
      if (row != null) {
        left -= row.body().length;
        if (left < 0) {
          return new LoadedMessages(found, i, row.body().length);
        }
        found.add(row.withoutTargets());
      }
    }
    return new LoadedMessages(found, ids.length, 0);
  }

  @Override
  public Page<MessageRow> messages(MessageQuery query) {
    SimPartition from = read();
    NavigableMap<Long, MessageRow> rows =
        from.messagesByApplication.getOrDefault(query.application(), new TreeMap<>());
    return SimPages.filtered(
        query.page().of(rows),
        row -> from.isSeen(row.id(), viewer) && query.filter().matches(row),
        query.page().limit(),
        MessageRow::withoutBody);
  }

  @Override
  public @Nullable MessageRow messageByEvent(long application, String eventId) {
    return read()
        .messagesByApplication
        .getOrDefault(application, new TreeMap<>())
        .descendingMap()
        .values()
        .stream()
        .filter(row -> eventId.equals(row.eventId()))
        .findFirst()
        .orElse(null);
  }

  @Override
  public @Nullable MessageRow messageByPublicId(String publicId) {
    return read().messages.descendingMap().values().stream()
        .filter(row -> publicId.equals(row.publicId()))
        .findFirst()
        .orElse(null);
  }

  @Override
  public Map<Long, String> publicIds(Collection<Long> messages) {
    Map<Long, String> found = new HashMap<>();
    for (long message : messages) {
      MessageRow row = read().messages.get(message);
      if (row != null && row.publicId() != null) {
        found.put(message, row.publicId());
      }
    }
    return found;
  }

  @Override
  public @Nullable AttemptRow attempt(long id) {
    return read().attempts.get(id);
  }

  @Override
  public List<AttemptRow> attempts(long message) {
    return List.copyOf(read().attemptsByMessage.getOrDefault(message, new TreeMap<>()).values());
  }

  @Override
  public @Nullable AttemptRow lastAttempt(long message, long endpoint, long before) {
    AttemptRow last = null;
    for (AttemptRow row :
        read().attemptsByMessage.getOrDefault(message, new TreeMap<>()).headMap(before).values()) {
      last = row.endpoint() == endpoint ? row : last;
    }
    return last;
  }

  @Override
  public Page<AttemptRow> attempts(AttemptQuery query) {
    SimPartition from = read();
    NavigableMap<Long, AttemptRow> rows =
        query.message() == 0
            ? from.attemptsByEndpoint.getOrDefault(query.endpoint(), new TreeMap<>())
            : from.attemptsByMessage.getOrDefault(query.message(), new TreeMap<>());
    return SimPages.filtered(
        query.page().of(rows), row -> matches(from, query, row), query.page().limit(), row -> row);
  }

  private static boolean matches(SimPartition from, AttemptQuery query, AttemptRow row) {
    if (query.endpoint() != 0 && row.endpoint() != query.endpoint()) {
      return false;
    }
    MessageRow message = from.messages.get(row.message());
    return query.filter().matches(row)
        && (!query.filter().asksForMessage()
            || (message != null && query.filter().messages().matches(message)));
  }

  @Override
  public List<HourRow> hours(long endpoint, long from, long to) {
    return read().hours.getOrDefault(endpoint, new TreeMap<>()).tailMap(from).values().stream()
        .filter(row -> row.start() < to)
        .toList();
  }

  @Override
  public List<SecretRow> secrets(long endpoint) {
    return List.copyOf(read().secrets.getOrDefault(endpoint, new TreeMap<>()).values());
  }

  @Override
  public List<ConsumerRow> consumers(long endpoint) {
    return List.copyOf(read().consumers.getOrDefault(endpoint, new TreeMap<>()).values());
  }
}
