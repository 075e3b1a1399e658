package dev.posthorn.engine;

import dev.posthorn.error.PosthornException;
import dev.posthorn.error.Reason;
import dev.posthorn.id.Ids;
import dev.posthorn.store.AttemptKind;
import dev.posthorn.store.AttemptQuery;
import dev.posthorn.store.AttemptRow;
import dev.posthorn.store.DeliveryState;
import dev.posthorn.store.LiveRow;
import dev.posthorn.store.MessageRow;
import dev.posthorn.store.Page;
import dev.posthorn.store.Store;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Cancels deliveries that wait, and delivers messages again. */
public final class Deliveries {
  private static final int PAGE = 200;

  private final Core core;
  private final Shards shards;

  Deliveries(Core core, Shards shards) {
    this.core = core;
    this.shards = shards;
  }

  /**
   * Cancels the deliveries of a message that wait; one that is under way is not attempted again.
   *
   * @return how many waited; completes once the cancellation is handed in
   */
  public CompletableFuture<Integer> cancel(long message) {
    return CompletableFuture.supplyAsync(
        () -> {
          List<LiveRow> rows = core.seams().store().live(message);
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
    EndpointEntry endpoint = core.directory().requireEndpoint(endpointId);
    CompletableFuture<Long> done = new CompletableFuture<>();
    ShardLoop loop = shards.loop(endpointId);
    long upTo = Ids.firstAt(core.journal().time().millis() + 1) - 1;
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
   *     there is no such message or it is past its retention
   */
  public CompletableFuture<Boolean> replay(long messageId, long endpointId) {
    EndpointEntry endpoint = core.directory().requireEndpoint(endpointId);
    SettingEntry<Boolean> entry =
        new SettingEntry<>(
            writing -> {
              MessageRow message = writing.store().message(messageId);
              if (message == null || message.application() != endpoint.row().application()) {
                throw new PosthornException(
                    Reason.NOT_FOUND,
                    "message: there is none with this id, or it is past its retention");
              }
              return park(writing, endpoint, message.id(), idOf(message, endpointId)) != null;
            },
            core.workers());
    core.journal().submit(entry);
    return entry.done();
  }

  private @Nullable LiveRow park(
      Writing writing, EndpointEntry endpoint, long message, Optional<Long> delivery) {
    boolean waits =
        writing.store().live(message).stream().anyMatch(row -> row.endpoint() == endpoint.id);
    if (waits || !writing.claim("replay", message, endpoint.id)) {
      return null;
    }
    LiveRow row =
        new LiveRow(
            delivery.orElseGet(() -> writing.nextId(0)),
            endpoint.id,
            message,
            LiveRow.Place.PARKED,
            writing.now,
            0,
            0,
            core.settings().rules(endpoint.row().policy()).deadline(writing.now),
            AttemptKind.REPLAY);
    writing.batch.parked.add(row);
    ShardLoop loop = shards.loop(endpoint.id);
    writing.onCommit(
        () ->
            writing.post(loop, () -> loop.arrived(endpoint, new Delivery(row, null), null, false)));
    return row;
  }

  /** Returns the id of a message's delivery to an endpoint that it was for. */
  private static Optional<Long> idOf(MessageRow message, long endpoint) {
    for (int i = 0; i < message.targets().length; i++) {
      if (message.targets()[i] == endpoint) {
        return Optional.of(message.id() + 1 + i);
      }
    }
    return Optional.empty();
  }

  /**
   * Delivers again, to one endpoint, all that failed since a time and did not succeed after.
   *
   * @return how many deliveries there are now
   */
  public CompletableFuture<Integer> replayFailed(long endpointId, long sinceMillis) {
    EndpointEntry endpoint = core.directory().requireEndpoint(endpointId);
    return CompletableFuture.supplyAsync(() -> replayFailed(endpoint, sinceMillis), core.workers());
  }

  private int replayFailed(EndpointEntry endpoint, long sinceMillis) {
    Store store = core.seams().store();
    long upTo = Ids.firstAt(core.journal().time().millis() + 1);
    long after = Ids.firstAt(sinceMillis) - 1;
    Set<Long> seen = new HashSet<>();
    int count = 0;
    Page<AttemptRow> page;
    do {
      page =
          store.attempts(
              new AttemptQuery(endpoint.id, after, upTo, false, PAGE, DeliveryState.FAILED));
      List<CompletableFuture<Boolean>> replays = new ArrayList<>();
      for (AttemptRow attempt : page.rows()) {
        if (seen.add(attempt.message()) && stillFailed(store, attempt)) {
          replays.add(replay(attempt.message(), endpoint.id));
        }
      }
      for (CompletableFuture<Boolean> replay : replays) {
        count += replay.handle((added, error) -> error == null && added ? 1 : 0).join();
      }
      after = page.next();
    } while (!page.done());
    return count;
  }

  private static boolean stillFailed(Store store, AttemptRow failed) {
    AttemptRow last = failed;
    for (AttemptRow attempt : store.attempts(failed.message())) {
      if (attempt.endpoint() == failed.endpoint()) {
        last = attempt;
      }
    }
    return last.state() == DeliveryState.FAILED;
  }
}
