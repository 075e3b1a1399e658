package dev.posthorn.engine;

import dev.posthorn.error.PosthornException;
import dev.posthorn.error.Reason;
import dev.posthorn.id.Ids;
import dev.posthorn.store.LiveRow;
import dev.posthorn.store.MessageRow;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/** Cancels deliveries that wait, and delivers messages again. */
public final class Deliveries {
  private final Core core;
  private final Shards shards;
  private final Replays replays;
  private final Changes changes;

  Deliveries(Core core, Shards shards, Replays replays) {
    this(core, shards, replays, new Changes(core, null));
  }

  private Deliveries(Core core, Shards shards, Replays replays, Changes changes) {
    this.core = core;
    this.shards = shards;
    this.replays = replays;
    this.changes = changes;
  }

  /** Returns the same, where each replay is made once; see {@link Once}. */
  public Deliveries once(Once once) {
    return new Deliveries(core, shards, replays, new Changes(core, once));
  }

  /**
   * Cancels the deliveries of a message that wait; one that is under way is not attempted again.
   *
   * @return how many waited; completes once the cancellation is handed in
   */
  public CompletableFuture<Integer> cancel(long message) {
    return cancel(message, row -> true);
  }

  /**
   * Cancels the delivery of a message to an endpoint if it waits; if it is under way it is not
   * attempted again.
   *
   * @return whether it waited; completes once the cancellation is handed in
   */
  public CompletableFuture<Boolean> cancel(long message, long endpoint) {
    return cancel(message, row -> row.endpoint() == endpoint).thenApply(count -> count > 0);
  }

  private CompletableFuture<Integer> cancel(long message, Predicate<LiveRow> which) {
    return CompletableFuture.supplyAsync(
        () -> {
          List<LiveRow> rows = core.seams().store().live(message).stream().filter(which).toList();
          for (LiveRow row : rows) {
            EndpointEntry endpoint = core.directory().endpoint(row.endpoint());
            if (endpoint != null) {
              ShardLoop loop = shards.loop(row.endpoint());
              loop.execute(() -> loop.lane(endpoint).cancelRow(row));
            }
          }
          return rows.size();
        },
        core.workers());
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
    CompletableFuture<Long> done = new CompletableFuture<>();
    ShardLoop loop = shards.loop(endpointId);
    long upTo = Ids.firstAt(before) - 1;
    loop.execute(
        () ->
            new CancelAll(
                    loop.lane(endpoint),
                    upTo,
                    count -> core.workers().execute(() -> done.complete(count)))
                .start());
    return done;
  }

  /**
   * Delivers a message to an endpoint again, at once and with a fresh schedule.
   *
   * @return whether there is a new delivery; false if one waits already. Fails with NOT_FOUND if
   *     there is no such message or it is past its retention, with CONFLICT if its payload was
   *     expunged
   */
  public CompletableFuture<Boolean> replay(long messageId, long endpointId) {
    EndpointEntry endpoint = core.directory().requireEndpoint(endpointId);
    return changes.change(
        writing -> {
          MessageRow message = writing.store().message(messageId);
          if (message == null || message.application() != endpoint.row().application()) {
            throw new PosthornException(
                Reason.NOT_FOUND,
                "message: there is none with this id, or it is past its retention");
          }
          if (message.expunged()) {
            throw new PosthornException(
                Reason.CONFLICT,
                "message: its payload was removed for good, so it cannot be delivered again");
          }
          return replays.begin(Replays.Replay.of(message, endpointId), writing);
        });
  }

  /** Removes what the receiver answered at an attempt, for good. */
  public CompletableFuture<Void> expungeAttempt(long attempt) {
    return changes
        .change(
            writing -> {
              writing.batch.expungedAttempts.add(attempt);
              return Optional.empty();
            })
        .thenApply(nothing -> null);
  }
}
