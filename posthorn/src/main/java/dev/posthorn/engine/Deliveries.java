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
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Cancels deliveries that wait, delivers messages again, and sends tests. */
public final class Deliveries {
  private static final int PAGE = 200;
  private static final int MOST_TESTS = 100;

  private final Core core;
  private final Shards shards;
  private final AtomicInteger tests = new AtomicInteger();

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
   * Sends a message to one endpoint of its application as a test: at once and once, whatever the
   * endpoint wants and also if it is paused or disabled. The outcome says nothing of the endpoint's
   * health. Of the acceptance's options none counts.
   *
   * @return the attempt, once it is on disk. Fails with NOT_FOUND if there is no such endpoint,
   *     TOO_LARGE if the payload is, OVERLOADED if 100 tests are under way, STORE_FAILED if the
   *     endpoint's secrets cannot be read
   */
  public CompletableFuture<AttemptRow> test(Acceptance acceptance, long endpointId) {
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
    return new TestSend(core, shards.loop(endpointId), endpoint)
        .start(acceptance)
        .whenComplete((attempt, why) -> tests.decrementAndGet());
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
              return park(writing, endpoint, message, idOf(message, endpointId)) != null;
            },
            core.workers());
    core.journal().submit(entry);
    return entry.done();
  }

  private @Nullable LiveRow park(
      Writing writing, EndpointEntry endpoint, MessageRow message, Optional<Long> delivery) {
    boolean waits =
        writing.store().live(message.id()).stream().anyMatch(row -> row.endpoint() == endpoint.id);
    if (waits || !writing.claim("replay", message.id(), endpoint.id)) {
      return null;
    }
    LiveRow row =
        new LiveRow(
            delivery.orElseGet(() -> writing.nextId(0)),
            endpoint.id,
            message.id(),
            LiveRow.Place.PARKED,
            writing.now,
            0,
            0,
            core.settings()
                .deadline(
                    endpoint.row().policy(),
                    core.catalogue().retryWaits(endpoint.environment, message.type()),
                    writing.now),
            AttemptKind.REPLAY);
    writing.batch.parked.add(row);
    ShardLoop loop = shards.loop(endpoint.id);
    writing.onCommit(
        () -> {
          core.meter().replayed();
          writing.post(loop, () -> loop.arrived(endpoint, new Delivery(row, null), null, false));
        });
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
    CompletableFuture<Integer> done = new CompletableFuture<>();
    new FailedReplay(endpoint, Ids.firstAt(core.journal().time().millis() + 1), done)
        .next(Ids.firstAt(sinceMillis) - 1, 0);
    return done;
  }

  /**
   * Replays page after page. It never holds a worker while it waits: replays are completed by
   * workers, and all of them could be waiting.
   */
  private final class FailedReplay {
    private final EndpointEntry endpoint;
    private final long upTo;
    private final CompletableFuture<Integer> done;

    FailedReplay(EndpointEntry endpoint, long upTo, CompletableFuture<Integer> done) {
      this.endpoint = endpoint;
      this.upTo = upTo;
      this.done = done;
    }

    void next(long after, int count) {
      core.workers()
          .execute(
              () -> {
                try {
                  page(after, count);
                } catch (RuntimeException e) {
                  done.completeExceptionally(e);
                }
              });
    }

    private void page(long after, int count) {
      Store store = core.seams().store();
      Page<AttemptRow> page =
          store.attempts(
              new AttemptQuery(endpoint.id, after, upTo, false, PAGE, DeliveryState.FAILED));
      List<CompletableFuture<Integer>> added = new ArrayList<>();
      for (AttemptRow attempt : page.rows()) {
        if (attempt.kind() != AttemptKind.TEST && isLast(store, attempt)) {
          added.add(
              replay(attempt.message(), endpoint.id)
                  .handle((fresh, error) -> error == null && fresh ? 1 : 0));
        }
      }
      var unused =
          CompletableFuture.allOf(added.toArray(CompletableFuture[]::new))
              .thenAccept(all -> replayed(page, count + sum(added)));
    }

    private void replayed(Page<AttemptRow> page, int count) {
      if (page.done()) {
        done.complete(count);
      } else {
        next(page.next(), count);
      }
    }

    private static int sum(List<CompletableFuture<Integer>> counts) {
      return counts.stream().mapToInt(CompletableFuture::join).sum();
    }
  }

  /** Returns whether nothing has happened to a delivery since an attempt. */
  private static boolean isLast(Store store, AttemptRow attempt) {
    return store.attempts(attempt.message()).stream()
        .noneMatch(other -> other.endpoint() == attempt.endpoint() && other.id() > attempt.id());
  }
}
