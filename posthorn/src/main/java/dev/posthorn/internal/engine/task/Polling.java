package dev.posthorn.internal.engine.task;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.internal.engine.journal.IdempotencyKey;
import dev.posthorn.internal.engine.journal.JournalBatch;
import dev.posthorn.internal.engine.journal.SettingsWriter;
import dev.posthorn.internal.engine.registry.EndpointRegistry;
import dev.posthorn.internal.engine.registry.RegisteredEndpoint;
import dev.posthorn.internal.engine.registry.Router;
import dev.posthorn.internal.id.Ids;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.reads.MessageFilter;
import dev.posthorn.spi.store.reads.MessageQuery;
import dev.posthorn.spi.store.reads.Page;
import dev.posthorn.spi.store.reads.PageRequest;
import dev.posthorn.spi.store.reads.PartitionReads;
import dev.posthorn.spi.store.rows.ConsumerRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EndpointSpec;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.spi.store.rows.SettingChange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Reads the messages that an endpoint listens to, in the order in which they were sent, and
 * remembers the positions of its consumers.
 *
 * <p>A position is an id: all messages with greater ids are yet to be read. Pages end where another
 * process may still commit a smaller id ({@link Store#settledId}), so no message appears before a
 * position later. The position of an unknown consumer is the endpoint's own id, since the stream
 * begins with the endpoint's creation.
 */
public final class Polling {
  /** The most consumers of an endpoint that are remembered. */
  public static final int MOST_CONSUMERS = 100;

  /** The number of messages read for a page if the store cannot select all that are wanted. */
  private static final int LOOKED_AT = 1_000;

  private final SettingsWriter changes;
  private final Store store;
  private final EndpointRegistry registry;

  public Polling(Store store, EndpointRegistry registry, SettingsWriter changes) {
    this.store = store;
    this.registry = registry;
    this.changes = changes;
  }

  /** Returns the position right before the messages of a time and later. */
  public static long positionAt(EndpointRow endpoint, Instant time) {
    return Math.max(endpoint.id(), Ids.firstAt(time.toEpochMilli()) - 1);
  }

  /** Returns an instance that makes each change once; see {@link IdempotencyKey}. */
  public Polling once(IdempotencyKey idempotencyKey) {
    return new Polling(store, registry, changes.once(idempotencyKey));
  }

  // ---- messages ------------------------------------------------------------------------------

  /**
   * Messages that were read.
   *
   * @param messages the messages, without their bodies
   * @param position where to go on
   * @param isLast whether there were no more
   */
  public record Polled(List<MessageRow> messages, long position, boolean isLast) {}

  /**
   * Reads messages that an endpoint listens to, whether it is enabled or not.
   *
   * @param after the position to go on from
   * @param limit how many at most
   * @param type only this event type, or null
   * @param channel only messages with this channel, or null
   */
  public Polled read(
      EndpointRow endpoint,
      long after,
      int limit,
      @Nullable String type,
      @Nullable String channel) {
    EndpointSpec spec = endpoint.spec();
    boolean typesSaid = spec.eventTypes().stream().noneMatch(Router::isPattern);
    boolean channelsSaid = spec.channels().size() <= 1;
    Set<String> types =
        type != null ? Set.of(type) : typesSaid ? Set.copyOf(spec.eventTypes()) : Set.of();
    String only =
        channel == null && spec.channels().size() == 1 ? spec.channels().getFirst() : channel;
    int most = typesSaid && channelsSaid ? limit : Math.max(limit, LOOKED_AT);
    // Before the page: what is read must be settled by then.
    long settled = store.settledId(endpoint.application());
    long end = settled == Long.MAX_VALUE ? settled : settled + 1;
    Page<MessageRow> page =
        store(endpoint)
            .messages(
                new MessageQuery(
                    endpoint.application(),
                    new PageRequest(after, end, false, most),
                    new MessageFilter(types, only, null, null, 0)));
    return wanted(endpoint, page, after, limit);
  }

  private static Polled wanted(EndpointRow endpoint, Page<MessageRow> page, long after, int limit) {
    List<MessageRow> wanted = new ArrayList<>();
    long position = after;
    for (MessageRow row : page.rows()) {
      if (wanted.size() == limit) {
        return new Polled(wanted, position, false);
      }
      if (Router.listens(endpoint, row.type(), row.channels())) {
        wanted.add(row);
      }
      position = row.id();
    }
    return new Polled(wanted, page.done() ? position : page.next(), page.done());
  }

  private PartitionReads store(EndpointRow endpoint) {
    long application = endpoint.application();
    return store.forLists(application).in(registry.partitionOf(application));
  }

  // ---- consumers -----------------------------------------------------------------------------

  /** Returns a consumer's position. */
  public long position(EndpointRow endpoint, String consumer) {
    return position(store(endpoint).consumers(endpoint.id()), endpoint.id(), consumer);
  }

  private static long position(List<ConsumerRow> consumers, long endpoint, String name) {
    return consumers.stream()
        .filter(row -> row.name().equals(name))
        .mapToLong(ConsumerRow::position)
        .findFirst()
        .orElse(endpoint);
  }

  /**
   * Moves a consumer past a page that it has processed; does nothing if it was moved there before.
   * Fails with CONFLICT if it is at neither end of that page.
   *
   * @param from its position when it read the page
   * @param to the position after that page
   */
  public CompletableFuture<Long> advance(long endpoint, String consumer, long from, long to) {
    return changes.change(
        batch -> {
          RegisteredEndpoint owner = registry.requireCurrent(endpoint, batch);
          List<ConsumerRow> present = batch.consumers(owner.partition, endpoint);
          long at = position(present, endpoint, consumer);
          if (at == to) {
            return to;
          }
          if (at != from) {
            throw new PosthornException(
                Reason.CONFLICT,
                "iterator: the consumer has moved, since somebody else polled or sought under its"
                    + " name; omit the iterator to continue from there");
          }
          return put(owner, present, new ConsumerRow(endpoint, consumer, to, batch.now), batch);
        });
  }

  /** Moves a consumer to a position. */
  public CompletableFuture<Long> seek(long endpoint, String consumer, long position) {
    return changes.change(
        batch -> {
          RegisteredEndpoint owner = registry.requireCurrent(endpoint, batch);
          List<ConsumerRow> present = batch.consumers(owner.partition, endpoint);
          ConsumerRow row = new ConsumerRow(endpoint, consumer, position, batch.now);
          return put(owner, present, row, batch);
        });
  }

  /**
   * Puts a consumer's row into a batch. If there are too many, the one that has not moved for the
   * longest is removed.
   */
  private static long put(
      RegisteredEndpoint owner, List<ConsumerRow> present, ConsumerRow row, JournalBatch batch) {
    boolean known = present.removeIf(one -> one.name().equals(row.name()));
    if (!known && present.size() >= MOST_CONSUMERS) {
      ConsumerRow oldest =
          present.stream().min(Comparator.comparingLong(ConsumerRow::updated)).orElseThrow();
      present.remove(oldest);
      batch.change(new SettingChange.RemoveConsumer(owner.partition, owner.id, oldest.name()));
    }
    present.add(row);
    batch.change(new SettingChange.PutConsumer(owner.partition, row));
    return row.position();
  }
}
