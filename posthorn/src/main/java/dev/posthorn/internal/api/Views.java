package dev.posthorn.internal.api;

import dev.posthorn.Attempt;
import dev.posthorn.Endpoint;
import dev.posthorn.EndpointSettings;
import dev.posthorn.Message;
import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.internal.crypto.Keyring;
import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.base.SendRequest;
import dev.posthorn.internal.engine.base.SendResult;
import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.internal.id.Ids;
import dev.posthorn.internal.id.PublicIds;
import dev.posthorn.internal.inbox.OpenInbox;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.reads.MessageFilter;
import dev.posthorn.spi.store.reads.MessageQuery;
import dev.posthorn.spi.store.reads.PageRequest;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.spi.store.rows.MessageSpec;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Turns rows into what users see, ids into their public form and back, and futures into results.
 */
final class Views {
  /** Longest wait before a check whether the store is still open. */
  private static final long SLICE_NANOS = 200_000_000;

  private final Engine engine;
  private final PublicIds publicIds;
  private final long waitMillis;
  private final KnownTypes types;
  private final @Nullable OpenInbox inbox;
  private volatile boolean closed;

  Views(Engine engine, KnownTypes types, @Nullable OpenInbox inbox, long waitMillis) {
    this.engine = engine;
    this.types = types;
    this.inbox = inbox;
    this.publicIds = engine.publicIds();
    this.waitMillis = waitMillis;
  }

  /** Returns what checks event types. */
  KnownTypes types() {
    return types;
  }

  /** Returns the inbox; throws INVALID if there is none. */
  OpenInbox inbox() {
    requireOpen();
    if (inbox == null) {
      throw PosthornException.invalid(
          "inbox", "is not set; open with PosthornOptions.inbox(dataSource)");
    }
    return inbox;
  }

  /** Refuses everything from now on. */
  void close() {
    closed = true;
  }

  /** Returns the engine; throws CLOSED if it is. */
  Engine engine() {
    requireOpen();
    return engine;
  }

  void requireOpen() {
    if (closed) {
      throw new PosthornException(Reason.CLOSED, "this Posthorn is closed; open the file again");
    }
  }

  /** Notes what became of a message, also if Posthorn was closed meanwhile. */
  void sent(SendRequest request, SendResult result) {
    engine.unmatched().sent(request, result);
  }

  String id(IdPrefix prefix, long id) {
    return publicIds.format(prefix, id);
  }

  String id(MessageRow row) {
    return publicIds.message(row.id(), row.publicId());
  }

  long parse(IdPrefix prefix, String field, String id) {
    return publicIds.parse(prefix, Checks.present(field, id)).orElseThrow(() -> notFound(field));
  }

  static PosthornException notFound(String field) {
    return unknown(field, "id; use an id that Posthorn returned");
  }

  /**
   * Returns the exception for something that is unknown.
   *
   * @param what names it, and the remedy
   */
  static PosthornException unknown(String field, String what) {
    return new PosthornException(Reason.NOT_FOUND, field + ": unknown " + what);
  }

  Endpoint endpoint(EndpointRow row) {
    return new Endpoint(
        id(IdPrefix.ENDPOINT, row.id()),
        id(IdPrefix.APPLICATION, row.application()),
        new EndpointSettings(row.spec()),
        Endpoint.State.valueOf(row.state().name()),
        Instant.ofEpochMilli(row.created()),
        Instant.ofEpochMilli(row.updated()));
  }

  Attempt attempt(AttemptRow row, long application, Sent message) {
    return Attempt.builder(id(IdPrefix.ATTEMPT, row.id()))
        .application(id(IdPrefix.APPLICATION, application))
        .message(publicIds.message(row.message(), message.publicId))
        .eventType(message.type)
        .endpoint(id(IdPrefix.ENDPOINT, row.endpoint()))
        .time(Instant.ofEpochMilli(Ids.timeOf(row.id())))
        .kind(row.kind())
        .number(row.spent())
        .state(row.state())
        .status(row.status())
        .error(row.error())
        .timings(row.timings())
        .excerpt(new String(row.excerpt(), StandardCharsets.UTF_8))
        .next(row.nextDue() == 0 ? null : Instant.ofEpochMilli(row.nextDue()))
        .build();
  }

  /**
   * The part of a message that its attempts show.
   *
   * @param type its event type, or null if the message is gone
   * @param publicId the public id that its sender chose, or null
   */
  record Sent(@Nullable String type, @Nullable String publicId) {
    static final Sent UNKNOWN = new Sent(null, null);

    static Sent of(MessageSpec message) {
      return new Sent(message.type(), message.publicId());
    }
  }

  /** Returns what an attempt shows of a message, as far as it can be read now. */
  Sent sent(long application, long message) {
    MessageQuery query =
        new MessageQuery(
            application, new PageRequest(message - 1, message + 1, false, 1), MessageFilter.NONE);
    try {
      List<MessageRow> found = engine.store(application).messages(query).rows();
      return found.isEmpty() ? Sent.UNKNOWN : Sent.of(found.getFirst().spec());
    } catch (StoreException e) {
      return Sent.UNKNOWN;
    }
  }

  Message message(MessageRow row, Map<String, dev.posthorn.DeliveryState> deliveries) {
    return Message.builder(id(row))
        .type(row.type())
        .channels(row.channels())
        .eventId(row.eventId())
        .time(Instant.ofEpochMilli(Ids.timeOf(row.id())))
        .contentType(row.contentType())
        .payload(row.body())
        .deliveries(deliveries)
        .build();
  }

  // ---- what the engine is asked --------------------------------------------------------------

  /** Reads something. */
  <T> T read(Function<Engine, T> read) {
    try {
      return read.apply(engine());
    } catch (StoreException e) {
      throw translated(e);
    }
  }

  /** Changes something, and waits for the change to be on disk. */
  <T> T change(Function<Engine, CompletableFuture<T>> change) {
    long until = System.nanoTime() + waitMillis * 1_000_000;
    return await(read(change), until);
  }

  /** Does something that may take long, and waits for its end. */
  <T> T finish(Function<Engine, CompletableFuture<T>> work) {
    return await(read(work), Long.MAX_VALUE);
  }

  private <T> T await(CompletableFuture<T> future, long until) {
    try {
      while (true) {
        long left = until == Long.MAX_VALUE ? SLICE_NANOS : until - System.nanoTime();
        try {
          return future.get(Math.clamp(left, 0, SLICE_NANOS), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
          if (closed || (left <= SLICE_NANOS && until != Long.MAX_VALUE)) {
            throw new PosthornException(
                Reason.UNKNOWN,
                (closed ? "closed while waiting for the disk" : "the disk did not answer in time")
                    + trouble()
                    + "; look whether it was done",
                e);
          }
        }
      }
    } catch (ExecutionException e) {
      throw failure(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PosthornException(
          Reason.UNKNOWN, "interrupted while waiting for the disk; look whether it was done", e);
    }
  }

  private String trouble() {
    return engine.stats().condition().trouble().map(why -> " (" + why + ")").orElse("");
  }

  private static PosthornException failure(ExecutionException e) {
    Throwable cause = e.getCause();
    if (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return switch (cause) {
      case PosthornException why -> why.again();
      case StoreException why -> translated(why);
      case Keyring.KeyringException why ->
          new PosthornException(Reason.STORE_FAILED, String.valueOf(why.getMessage()), e);
      case null, default ->
          new PosthornException(Reason.STORE_FAILED, "it could not be done: " + cause, e);
    };
  }

  static PosthornException translated(StoreException e) {
    Reason reason =
        switch (e.reason()) {
          case LOCKED -> Reason.STORE_LOCKED;
          case FULL -> Reason.STORE_FULL;
          case CLOSED -> Reason.CLOSED;
          default -> Reason.STORE_FAILED;
        };
    return new PosthornException(reason, String.valueOf(e.getMessage()), e);
  }
}
