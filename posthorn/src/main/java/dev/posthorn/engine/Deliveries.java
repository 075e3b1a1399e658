package dev.posthorn.engine;

import dev.posthorn.error.PosthornException;
import dev.posthorn.error.Reason;
import dev.posthorn.id.Ids;
import dev.posthorn.store.AttemptRow;
import dev.posthorn.store.LiveRow;
import dev.posthorn.store.MessageRow;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** Cancels deliveries that wait, delivers messages again, and sends tests. */
public final class Deliveries {
  private static final int MOST_TESTS = 100;

  private final Core core;
  private final Shards shards;
  private final Replays replays;
  private final Changes changes;
  private final AtomicInteger tests;

  Deliveries(Core core, Shards shards, Replays replays) {
    this(core, shards, replays, new Changes(core, null), new AtomicInteger());
  }

  private Deliveries(
      Core core, Shards shards, Replays replays, Changes changes, AtomicInteger tests) {
    this.core = core;
    this.shards = shards;
    this.replays = replays;
    this.changes = changes;
    this.tests = tests;
  }

  /** Returns the same, where each replay or test is made once; see {@link Once}. */
  public Deliveries once(Once once) {
    return new Deliveries(core, shards, replays, new Changes(core, once), tests);
  }

  /**
   * Cancels the deliveries of a message that wait; one that is under way is not attempted again.
   *
   * @return how many waited; completes once the cancellation is handed in
   */
  public CompletableFuture<Integer> cancel(long message) {
    return core.promises().of(cancel(message, row -> true));
  }

  /**
   * Cancels the delivery of a message to an endpoint if it waits; if it is under way it is not
   * attempted again.
   *
   * @return whether it waited; completes once the cancellation is handed in
   */
  public CompletableFuture<Boolean> cancel(long message, long endpoint) {
    return core.promises()
        .of(cancel(message, row -> row.endpoint() == endpoint).thenApply(count -> count > 0));
  }

  private CompletableFuture<Integer> cancel(long message, Predicate<LiveRow> which) {
    return CompletableFuture.supplyAsync(() -> cancelNow(message, which), core.workers());
  }

  /** Cancels what waits of some messages. */
  CompletableFuture<Void> cancel(List<Long> messages) {
    return CompletableFuture.runAsync(
        () -> messages.forEach(message -> cancelNow(message, row -> true)), core.workers());
  }

  private int cancelNow(long message, Predicate<LiveRow> which) {
    List<LiveRow> rows = core.runtime().store().live(message).stream().filter(which).toList();
    for (LiveRow row : rows) {
      EndpointEntry endpoint = core.directory().endpoint(row.endpoint());
      if (endpoint != null) {
        ShardLoop loop = shards.loop(row.endpoint());
        loop.execute(() -> loop.lane(endpoint).cancelling.cancel(row));
      }
    }
    return rows.size();
  }

  /**
   * Removes the payloads of messages for good. What waits of them is cancelled; the messages stay
   * in lists, and can be neither read nor delivered again.
   *
   * @return how many messages were named
   */
  public CompletableFuture<Integer> expunge(List<Long> messages) {
    return cancel(messages)
        .thenCompose(
            cancelled ->
                changes.change(
                    writing -> {
                      writing.batch.expungedMessages.addAll(messages);
                      return messages.size();
                    }));
  }

  /** Removes for good what an attempt kept of the response. */
  public CompletableFuture<Void> expungeAttempt(long attempt) {
    return changes
        .change(
            writing -> {
              writing.batch.expungedAttempts.add(attempt);
              return Optional.empty();
            })
        .thenApply(nothing -> null);
  }

  /** Cancels all deliveries that wait for an endpoint now; returns how many there were. */
  public CompletableFuture<Long> cancelAll(long endpointId) {
    return cancelAll(endpointId, core.journal().time().millis() + 1);
  }

  /**
   * Cancels the deliveries of an endpoint that wait and were begun before a time.
   *
   * @param before the time in milliseconds, exclusive
   * @return how many there were; completes when all of them are cancelled
   */
  public CompletableFuture<Long> cancelAll(long endpointId, long before) {
    EndpointEntry endpoint = core.directory().requireEndpoint(endpointId);
    Promises.Promise<Long> done = core.promises().make();
    ShardLoop loop = shards.loop(endpointId);
    long upTo = Ids.firstAt(before) - 1;
    loop.execute(() -> new CancelAll(loop.lane(endpoint), upTo, done::complete).start());
    return done.future();
  }

  /**
   * Sends a message to one endpoint of its application as a test: at once and once, whatever the
   * endpoint wants and also if it is paused or disabled. The outcome says nothing of the endpoint's
   * health. Of the acceptance's options none counts.
   *
   * @return the attempt, once it is on disk. Fails with NOT_FOUND if there is no such endpoint,
   *     TOO_LARGE if the payload is, OVERLOADED if 100 tests are under way, STORE_FAILED if the
   *     endpoint's secrets cannot be read
   */
  public CompletableFuture<AttemptRow> test(Acceptance acceptance, long endpointId) {
    TestSend test = enter(acceptance, endpointId);
    return left(test.store(acceptance).thenCompose(test::send));
  }

  /**
   * Begins a test, as {@link #test} makes it.
   *
   * @return the message, once it is on disk; the exchange comes after that. Fails as {@link #test}
   *     does
   */
  public CompletableFuture<MessageRow> beginTest(Acceptance acceptance, long endpointId) {
    TestSend test = enter(acceptance, endpointId);
    CompletableFuture<MessageRow> stored = test.store(acceptance);
    var unused = left(stored.thenCompose(test::send));
    return stored;
  }

  private <T> CompletableFuture<T> left(CompletableFuture<T> test) {
    return core.promises().of(test.whenComplete((result, why) -> tests.decrementAndGet()));
  }

  /** Returns a test that may be made; {@link #left} has to be called when it is over. */
  private TestSend enter(Acceptance acceptance, long endpointId) {
    EndpointEntry endpoint = core.directory().requireEndpoint(endpointId);
    if (endpoint.row().application() != acceptance.application()) {
      throw new PosthornException(
          Reason.NOT_FOUND, "endpoint: the application has none with this id; list its endpoints");
    }
    acceptance.requireAtMost(core.options().limits().payloadBytes());
    if (tests.incrementAndGet() > MOST_TESTS) {
      tests.decrementAndGet();
      throw new PosthornException(
          Reason.OVERLOADED, MOST_TESTS + " tests are under way; try again when one has ended");
    }
    return new TestSend(changes, shards.loop(endpointId), endpoint);
  }

  /**
   * Delivers a message to an endpoint again, at once and with a fresh schedule.
   *
   * @return whether there is a new delivery; false if one waits already. Fails with NOT_FOUND if
   *     there is no such message, it is past its retention, or its payload was removed
   */
  public CompletableFuture<Boolean> replay(long messageId, long endpointId) {
    EndpointEntry endpoint = core.directory().requireEndpoint(endpointId);
    return changes.change(
        writing -> {
          MessageRow message = writing.store().message(messageId);
          if (message == null
              || message.expunged()
              || message.application() != endpoint.row().application()) {
            throw new PosthornException(
                Reason.NOT_FOUND,
                "message: there is none with this id, it is past its retention, or its payload was"
                    + " removed");
          }
          return replays.begin(Replays.Replay.of(message, endpointId), writing);
        });
  }
}
