package dev.posthorn.internal.engine.task;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.internal.engine.base.Promises;
import dev.posthorn.internal.engine.base.SendRequest;
import dev.posthorn.internal.engine.journal.IdempotencyKey;
import dev.posthorn.internal.engine.journal.JournalBatch;
import dev.posthorn.internal.engine.journal.SettingsWriter;
import dev.posthorn.internal.engine.lane.LaneContext;
import dev.posthorn.internal.engine.lane.ShardLoop;
import dev.posthorn.internal.engine.lane.Shards;
import dev.posthorn.internal.engine.lane.Sweep;
import dev.posthorn.internal.engine.registry.RegisteredEndpoint;
import dev.posthorn.internal.id.Ids;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.reads.DeliveryStatus;
import dev.posthorn.spi.store.reads.PartitionReads;
import dev.posthorn.spi.store.reads.Reads;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.CancelMark;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.MessageRow;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Cancels deliveries that wait, delivers messages again, and sends tests. */
public final class Deliveries {
  private static final int MOST_TESTS = 100;

  private final LaneContext context;
  private final Shards shards;
  private final Replays replays;
  private final SettingsWriter changes;
  private final Promises promises;
  private final AtomicInteger tests;

  public Deliveries(
      LaneContext context,
      Shards shards,
      Replays replays,
      SettingsWriter changes,
      Promises promises) {
    this(context, shards, replays, changes, promises, new AtomicInteger());
  }

  private Deliveries(
      LaneContext context,
      Shards shards,
      Replays replays,
      SettingsWriter changes,
      Promises promises,
      AtomicInteger tests) {
    this.context = context;
    this.shards = shards;
    this.replays = replays;
    this.changes = changes;
    this.promises = promises;
    this.tests = tests;
  }

  /** Returns an instance that makes each replay or test once; see {@link IdempotencyKey}. */
  public Deliveries once(IdempotencyKey idempotencyKey) {
    return new Deliveries(context, shards, replays, changes.once(idempotencyKey), promises, tests);
  }

  /** Returns an instance for tasks, which repeat a step whose result they do not know. */
  public Deliveries patient() {
    return new Deliveries(context, shards, replays, changes.patient(), promises, tests);
  }

  /** Returns where each delivery of a message stands; see {@link DeliveryStatus#of}. */
  public List<DeliveryStatus> statuses(MessageRow message) {
    PartitionReads lists = lists(message);
    return DeliveryStatus.of(lists, message, cancelled(message));
  }

  /**
   * Returns where the delivery of a message to an endpoint stands, or null if there never was one;
   * reads as much for a message to one endpoint as for a message to many.
   */
  public @Nullable DeliveryStatus status(MessageRow message, long endpoint) {
    PartitionReads lists = lists(message);
    return DeliveryStatus.of(lists, message, endpoint, cancelled(message));
  }

  private Predicate<LiveRow> cancelled(MessageRow message) {
    long application = message.application();
    Reads lists = context.runtime().store().forLists(application);
    return context.cancellations().in(partition(application), lists);
  }

  private PartitionReads lists(MessageRow message) {
    long application = message.application();
    return context.runtime().store().forLists(application).in(partition(application));
  }

  private int partition(long application) {
    return context.endpoints().partitionOf(application);
  }

  /**
   * Cancels the deliveries of a message of an application that wait; one that is under way is not
   * attempted again.
   *
   * @return the number of deliveries canceled; completes once the cancellation is on disk
   */
  public CompletableFuture<Integer> cancel(long application, long message) {
    return cancelled(application, message, 0);
  }

  /**
   * Cancels the delivery of a message to an endpoint of its application if it waits; if it is under
   * way it is not attempted again.
   *
   * @return whether there was one; completes once the cancellation is on disk
   */
  public CompletableFuture<Boolean> cancel(long application, long message, long endpoint) {
    return cancelled(application, message, endpoint).thenApply(count -> count > 0);
  }

  private CompletableFuture<Integer> cancelled(long application, long message, long endpoint) {
    int partition = partition(application);
    return changed(batch -> cancel(partition, message, endpoint, batch));
  }

  /** Cancels the waiting deliveries of messages of an application. */
  CompletableFuture<Integer> cancel(long application, List<Long> messages) {
    int partition = partition(application);
    return changed(
        batch -> messages.stream().mapToInt(message -> cancel(partition, message, 0, batch)).sum());
  }

  private int cancel(int partition, long message, long endpoint, JournalBatch batch) {
    List<LiveRow> rows = context.cancellations().cancel(partition, message, endpoint, batch);
    batch.onCommit(() -> rows.forEach(row -> tell(row, batch)));
    return rows.size();
  }

  /**
   * Cancels, as part of a batch, what another node was asked to cancel in a partition that this one
   * owns.
   */
  public void adopt(int partition, CancelMark asked, JournalBatch batch) {
    RegisteredEndpoint endpoint = context.endpoints().endpoint(asked.endpoint());
    if (asked.message() != 0) {
      List<LiveRow> rows = context.cancellations().adopt(partition, asked, batch);
      batch.onCommit(() -> rows.forEach(row -> tell(row, batch)));
    } else if (endpoint != null) {
      context.cancellations().cancelAll(endpoint, asked.upTo(), batch);
      sweep(endpoint, new Sweep.Order(Sweep.Progress.NONE, count -> {}), batch);
    } else { // it was removed, and all that waited for it is canceled
      context.cancellations().remove(partition, asked, batch);
    }
  }

  private void tell(LiveRow row, JournalBatch batch) {
    RegisteredEndpoint endpoint = context.endpoints().endpoint(row.endpoint());
    if (endpoint != null) { // else it is ended anyway
      ShardLoop loop = shards.loop(endpoint.id);
      batch.post(loop, () -> loop.withLane(endpoint, lane -> lane.endings().endIfCancelled(row)));
    }
  }

  /** Makes a change, also if it was made before. */
  private <T> CompletableFuture<T> changed(Function<JournalBatch, T> change) {
    return changes.often().change(change);
  }

  /**
   * Removes the payloads of messages of an application for good. Deliveries of them that wait are
   * canceled; the messages stay in lists, and can be neither read nor delivered again.
   *
   * @return the number of messages given
   */
  public CompletableFuture<Integer> expunge(long application, List<Long> messages) {
    return cancel(application, messages)
        .thenCompose(
            cancelled ->
                changes.change(
                    batch -> {
                      batch.in(partition(application)).expungedMessages.addAll(messages);
                      return messages.size();
                    }));
  }

  /** Removes for good the excerpt of the response that an attempt of an application kept. */
  public CompletableFuture<Void> expungeAttempt(long application, long attempt) {
    return changes
        .change(
            batch -> {
              batch.in(partition(application)).expungedAttempts.add(attempt);
              return Optional.empty();
            })
        .thenApply(nothing -> null);
  }

  /**
   * Cancels all deliveries that wait for an endpoint now; returns their number. If another node
   * owns the endpoint's partition, it ends them, and this one counts none.
   */
  public CompletableFuture<Long> cancelAll(long endpointId) {
    return cancelAll(endpointId, Long.MAX_VALUE);
  }

  /**
   * Cancels the deliveries of an endpoint that wait and were begun before a time.
   *
   * @param before the time in milliseconds, exclusive
   * @return their number; completes when all of them are canceled
   */
  public CompletableFuture<Long> cancelAll(long endpointId, long before) {
    return cancelAll(endpointId, before, Sweep.Progress.NONE);
  }

  /** Does the same, and adds rows to each batch that ends some of them. */
  CompletableFuture<Long> cancelAll(long endpointId, long before, Sweep.Progress progress) {
    Promises.Promise<Long> done = promises.make();
    Sweep.Order order = new Sweep.Order(progress, done::complete);
    var unused =
        changed(batch -> cancelAll(endpointId, before, order, batch))
            .whenComplete(
                (upTo, error) -> {
                  if (error != null) {
                    done.fail(error);
                  }
                });
    return done.future();
  }

  private long cancelAll(long endpointId, long before, Sweep.Order order, JournalBatch batch) {
    RegisteredEndpoint endpoint = context.endpoints().requireCurrent(endpointId, batch);
    long upTo = Math.min(Ids.firstAt(before) - 1, lastId(batch));
    context.cancellations().cancelAll(endpoint, upTo, batch);
    if (context.runtime().store().isShared()) {
      context.endpoints().confirm(endpoint, batch); // later messages are not canceled
    }
    sweep(endpoint, order, batch);
    return upTo;
  }

  /** Returns an id that no stored one is greater than, whichever node has given it. */
  private long lastId(JournalBatch batch) {
    Store store = context.runtime().store();
    if (!store.isShared()) {
      return batch.lastId();
    }
    context.journal().continueAfter(store.idFloor()); // other nodes' clocks may be ahead
    return batch.nextId(0);
  }

  /** Ends what was canceled together, once that is on disk. */
  private void sweep(RegisteredEndpoint endpoint, Sweep.Order order, JournalBatch batch) {
    ShardLoop loop = shards.loop(endpoint.id);
    batch.onCommit(
        () ->
            batch.post(
                loop,
                () -> {
                  if (!loop.withLane(endpoint, lane -> lane.endings().sweep().begin(order))) {
                    order.done().accept(0); // another owner ends them, since the mark is stored
                  }
                }));
  }

  /**
   * Sends a message to one endpoint of its application as a test: at once and only once, whatever
   * its filters and also if it is paused or disabled. The outcome does not count for the endpoint's
   * health. The options of the request are ignored.
   *
   * @return the attempt, once it is on disk. Fails with NOT_FOUND if there is no such endpoint,
   *     TOO_LARGE if the payload is, OVERLOADED if 100 tests are under way, STORE_FAILED if the
   *     endpoint's secrets cannot be read
   */
  public CompletableFuture<AttemptRow> test(SendRequest request, long endpointId) {
    TestSend test = enter(request, endpointId);
    return left(test.store(request).thenCompose(test::send));
  }

  /**
   * Begins a test; see {@link #test}.
   *
   * @return the message, once it is on disk; the exchange comes after that. Fails as {@link #test}
   *     does
   */
  public CompletableFuture<MessageRow> beginTest(SendRequest request, long endpointId) {
    TestSend test = enter(request, endpointId);
    CompletableFuture<MessageRow> stored = test.store(request);
    var unused = left(stored.thenCompose(test::send));
    return stored;
  }

  private <T> CompletableFuture<T> left(CompletableFuture<T> test) {
    return promises.of(test.whenComplete((result, why) -> tests.decrementAndGet()));
  }

  /** Returns a test that may be made; {@link #left} must be called when it is over. */
  private TestSend enter(SendRequest request, long endpointId) {
    RegisteredEndpoint endpoint = context.endpoints().requireEndpoint(endpointId);
    if (endpoint.row().application() != request.application()) {
      throw new PosthornException(
          Reason.NOT_FOUND, "endpoint: unknown in this application; list its endpoints");
    }
    request.requireAtMost(context.options().limits().maxPayloadSize());
    if (tests.incrementAndGet() > MOST_TESTS) {
      tests.decrementAndGet();
      throw new PosthornException(
          Reason.OVERLOADED, MOST_TESTS + " tests are in progress; try again when one has ended");
    }
    return new TestSend(context, changes, shards.loop(endpointId), endpoint);
  }

  /**
   * Delivers a message to an endpoint again, at once and with a fresh schedule.
   *
   * @return whether there is a new delivery; false if one waits already. Fails with NOT_FOUND if
   *     there is no such message, it is past its retention, or its payload was removed
   */
  public CompletableFuture<Boolean> replay(long messageId, long endpointId) {
    RegisteredEndpoint endpoint = context.endpoints().requireEndpoint(endpointId);
    return changes.change(
        batch -> {
          MessageRow message = batch.store().in(endpoint.partition).messageWithoutBody(messageId);
          if (message == null
              || message.expunged()
              || message.application() != endpoint.row().application()) {
            throw new PosthornException(
                Reason.NOT_FOUND,
                "message: unknown, past its retention, or its payload was removed");
          }
          return replays.begin(Replays.Replay.of(message, endpointId), batch);
        });
  }
}
