package dev.posthorn;

import dev.posthorn.engine.Engine;
import dev.posthorn.error.PosthornException;
import dev.posthorn.error.Reason;
import dev.posthorn.id.Ids;
import dev.posthorn.store.AttemptRow;
import dev.posthorn.store.EndpointRow;
import dev.posthorn.store.MessageRow;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Turns rows into what users see, ids into their public form and back, and futures into results.
 */
final class Views {
  static final String APPLICATION = "app";
  static final String ENDPOINT = "ep";
  static final String MESSAGE = "msg";

  private final Engine engine;
  private final long waitMillis;

  Views(Engine engine, long waitMillis) {
    this.engine = engine;
    this.waitMillis = waitMillis;
  }

  String id(String prefix, long id) {
    return engine.publicIds().format(prefix, id);
  }

  long parse(String prefix, String field, String id) {
    return engine.publicIds().parse(prefix, id).orElseThrow(() -> notFound(field));
  }

  static PosthornException notFound(String field) {
    return new PosthornException(
        Reason.NOT_FOUND, field + ": there is none with this id here; use an id that was returned");
  }

  Endpoint endpoint(EndpointRow row) {
    return new Endpoint(
        id(ENDPOINT, row.id()),
        row.uid(),
        row.url(),
        row.description(),
        row.eventTypes(),
        row.channels(),
        Endpoint.State.valueOf(row.state().name()),
        row.metadata());
  }

  Attempt attempt(AttemptRow row) {
    return new Attempt(
        id(MESSAGE, row.message()),
        id(ENDPOINT, row.endpoint()),
        Instant.ofEpochMilli(Ids.timeOf(row.id())),
        row.spent(),
        row.state(),
        row.status(),
        row.error(),
        row.timings(),
        new String(row.excerpt(), StandardCharsets.UTF_8),
        row.nextDue() == 0 ? null : Instant.ofEpochMilli(row.nextDue()));
  }

  Message message(MessageRow row, Map<String, dev.posthorn.store.DeliveryState> deliveries) {
    return new Message(
        id(MESSAGE, row.id()),
        row.type(),
        row.channels(),
        row.eventId(),
        Instant.ofEpochMilli(Ids.timeOf(row.id())),
        row.contentType(),
        row.body(),
        deliveries);
  }

  /** Waits for a change to be on disk. */
  <T> T await(CompletableFuture<T> future) {
    try {
      return future.get(waitMillis, TimeUnit.MILLISECONDS);
    } catch (java.util.concurrent.ExecutionException | CompletionException e) {
      if (e.getCause() instanceof PosthornException why) {
        throw why.again();
      }
      throw new PosthornException(Reason.STORE_FAILED, "it could not be done: " + e.getCause(), e);
    } catch (TimeoutException e) {
      throw new PosthornException(
          Reason.UNKNOWN, "the disk did not answer in time; look whether it was done", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PosthornException(
          Reason.UNKNOWN, "interrupted while waiting for the disk; look whether it was done", e);
    }
  }
}
