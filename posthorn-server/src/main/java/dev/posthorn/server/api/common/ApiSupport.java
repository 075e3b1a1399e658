package dev.posthorn.server.api.common;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.journal.IdempotencyKey;
import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.internal.rules.NameRules;
import dev.posthorn.internal.rules.Problems;
import dev.posthorn.internal.rules.Quoted;
import dev.posthorn.internal.rules.RequestRules;
import dev.posthorn.server.auth.Principal;
import dev.posthorn.server.http.Answer;
import dev.posthorn.server.http.ApiError;
import dev.posthorn.server.http.Call;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.reads.Page;
import dev.posthorn.spi.store.reads.PageRequest;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EventTypeRow;
import dev.posthorn.spi.store.rows.MessageRow;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Support for operations: the engine, lookup by id, and waiting for changes. An object of another
 * environment, or of an application that the token may not access, is treated as missing.
 */
public final class ApiSupport {
  private static final int MOST_BODY_BYTES = PageWriter.MOST_BYTES;

  private final Engine engine;
  private final long waitMillis;
  private final boolean strict;

  /** Creates support for operations that accept unknown event types and fields. */
  public ApiSupport(Engine engine, long waitMillis) {
    this(engine, waitMillis, false);
  }

  /**
   * Creates support for operations.
   *
   * @param engine the engine
   * @param waitMillis how long a request waits for a change to be stored
   * @param strict whether to refuse unknown event types of messages and unknown fields
   */
  public ApiSupport(Engine engine, long waitMillis, boolean strict) {
    this.engine = engine;
    this.waitMillis = waitMillis;
    this.strict = strict;
  }

  /** Returns whether unknown event types of messages and unknown fields are refused. */
  public boolean isStrict() {
    return strict;
  }

  /** Throws 422 for an unknown event type of a message if the server is strict. */
  public void requireKnownType(Call call, String type) {
    if (strict && engine.registry().eventType(call.caller().environment(), type) == null) {
      throw ApiError.invalid(
          List.of("body", "eventType"),
          "unknown event type "
              + Quoted.of(type)
              + ", and this server is strict; create it first with POST /api/v1/event-type");
    }
  }

  /** Returns the engine. */
  public Engine engine() {
    return engine;
  }

  // ---- ids -----------------------------------------------------------------------------------

  /** Returns the public form of an id. */
  public String id(IdPrefix prefix, long id) {
    return engine.publicIds().format(prefix, id);
  }

  /** Returns the public id of a message. */
  public String id(MessageRow message) {
    return engine.publicIds().message(message.id(), message.publicId());
  }

  /** Parses a public id; empty if it is invalid. */
  public OptionalLong parse(IdPrefix prefix, String text) {
    return engine.publicIds().parse(prefix, text);
  }

  /**
   * Returns whether a client's text can be the uid of a new object: it is a valid name and not a
   * public id.
   */
  public boolean isUid(IdPrefix prefix, String text) {
    return NameRules.NAME.allows(text) && parse(prefix, text).isEmpty();
  }

  /** Returns the application that the path names by id or uid. */
  public ApplicationRow application(Call call) {
    return application(call, call.path("app_id"));
  }

  /** Returns an application by its id or uid. */
  public ApplicationRow application(Call call, String name) {
    ApplicationRow row = applicationOrNull(call, name);
    if (row == null) {
      throw ApiError.notFound("application: unknown id or uid " + Quoted.of(name));
    }
    return row;
  }

  public @Nullable ApplicationRow applicationOrNull(Call call, String name) {
    long environment = call.caller().environment();
    OptionalLong id = parse(IdPrefix.APPLICATION, name);
    ApplicationRow row =
        id.isPresent()
            ? engine.registry().application(id.getAsLong())
            : engine.registry().application(environment, name);
    if (row == null || row.environment() != environment) {
      return null;
    }
    long only = call.caller().application();
    return only == 0 || only == row.id() ? row : null;
  }

  /** Returns the endpoint of an application that the path names by id or uid. */
  public EndpointRow endpoint(Call call, ApplicationRow application) {
    return endpoint(application, call.path("endpoint_id"));
  }

  /** Returns an endpoint by its id or uid. */
  public EndpointRow endpoint(ApplicationRow application, String name) {
    EndpointRow row = endpointOrNull(application, name);
    if (row == null) {
      throw missingEndpoint(name);
    }
    return row;
  }

  /** Returns 404 for a missing endpoint. */
  static ApiError missingEndpoint(String name) {
    return ApiError.notFound("endpoint: unknown id or uid " + Quoted.of(name));
  }

  public @Nullable EndpointRow endpointOrNull(ApplicationRow application, String name) {
    OptionalLong id = parse(IdPrefix.ENDPOINT, name);
    if (id.isPresent()) {
      EndpointRow row = engine.registry().endpoint(id.getAsLong());
      return row != null && row.application() == application.id() ? row : null;
    }
    return engine.registry().endpoint(application.id(), name);
  }

  /** Returns the endpoints of an application, by id; none if it was deleted meanwhile. */
  public Stream<EndpointRow> endpoints(ApplicationRow application) {
    try {
      return engine.registry().endpoints(application.id()).stream();
    } catch (PosthornException e) {
      return Stream.of();
    }
  }

  /** Returns a page of an application's endpoints; none if it was deleted meanwhile. */
  public List<EndpointRow> endpoints(long application, PageRequest listing) {
    try {
      return engine.registry().endpoints(application, listing);
    } catch (PosthornException e) {
      return List.of();
    }
  }

  /** Returns whether the caller may select an event type. */
  public boolean offers(Call call, String type) {
    EventTypeRow row = engine.registry().eventType(call.caller().environment(), type);
    return row != null && !row.archived() && Principal.of(call).sees(row);
  }

  /** Returns the message of an application that the path names by id or event id. */
  public MessageRow message(Call call, ApplicationRow application) {
    String name = call.path("msg_id");
    MessageRow row = messageOrNull(application, name);
    if (row == null) {
      throw ApiError.notFound("message: unknown id or event id " + Quoted.of(name));
    }
    return row;
  }

  public @Nullable MessageRow messageOrNull(ApplicationRow application, String name) {
    MessageRow row = engine.lookup().find(application.id(), name);
    return row != null
        ? row
        : engine.store(application.id()).messageByEvent(application.id(), name);
  }

  /**
   * Returns the messages of a page with their payloads, without messages removed meanwhile. Ends
   * the page early once {@value #MOST_BODY_BYTES} bytes of payloads are read; the next page
   * continues from there.
   */
  public Page<MessageRow> withBodies(Page<MessageRow> page) {
    List<MessageRow> whole = new ArrayList<>(page.rows().size());
    long bytes = 0;
    for (int i = 0; i < page.rows().size(); i++) {
      long id = page.rows().get(i).id();
      MessageRow row = engine.store(page.rows().get(i).application()).message(id);
      if (row != null) {
        whole.add(row);
        bytes += row.body().length;
      }
      if (bytes >= MOST_BODY_BYTES && i < page.rows().size() - 1) {
        return new Page<>(whole, id);
      }
    }
    return new Page<>(whole, page.next());
  }

  // ---- waiting -------------------------------------------------------------------------------

  /** Waits for a change or for data that is read in the background. */
  public <T> T done(CompletableFuture<T> future) {
    try {
      return future.get(waitMillis, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new PosthornException(
          Reason.UNKNOWN, "the store did not answer in time; the change may still be made");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PosthornException(Reason.CLOSED, "interrupted", e);
    } catch (ExecutionException e) {
      throw unchecked(e.getCause() == null ? e : e.getCause());
    }
  }

  private static RuntimeException unchecked(Throwable cause) {
    if (cause instanceof StoreException e) {
      return new PosthornException(Reason.STORE_FAILED, String.valueOf(e.getMessage()), e);
    }
    if (cause instanceof PosthornException && cause.getCause() instanceof ApiError e) {
      return e; // the refusal of an edit that ran on the writer
    }
    return cause instanceof RuntimeException e ? e : new IllegalStateException(cause);
  }

  /**
   * Makes a change and answers. With an {@code Idempotency-Key}, makes it only once and repeats the
   * first answer.
   *
   * @param on the object that the change is called on
   * @param guard adds the idempotency key to that object
   * @param result the type of the change's result on the writer, which must also be the future's
   * @param change the change
   * @param answer creates the answer from the result
   * @param <A> the type of the object that the change is called on
   * @param <T> the type of the result
   */
  public <A, T> Answer change(
      Call call,
      A on,
      BiFunction<A, IdempotencyKey, A> guard,
      Class<T> result,
      Function<A, CompletableFuture<T>> change,
      Function<T, Answer> answer) {
    return changed(
        call,
        on,
        guard,
        change,
        new SecretAnswer<>(
            result, answer, done -> StoredAnswer.bytes(answer.apply(done)), StoredAnswer::answer),
        scope(call));
  }

  /**
   * Creates answers with a secret, which must not be stored.
   *
   * @param result the type of the change's result on the writer, which must also be the future's
   * @param first creates the first answer
   * @param kept returns the data to store of it, without the secret
   * @param again creates the same answer from the stored data; throws 409 if it cannot
   */
  public record SecretAnswer<T>(
      Class<T> result,
      Function<T, Answer> first,
      Function<T, byte[]> kept,
      Function<byte[], Answer> again) {}

  /**
   * Makes a change like {@link #change} whose answer has a secret: only the token that made the
   * change gets the answer again. (JWTs of the same subject count as one token here.)
   */
  public <A, T> Answer changeSecret(
      Call call,
      A on,
      BiFunction<A, IdempotencyKey, A> guard,
      Function<A, CompletableFuture<T>> change,
      SecretAnswer<T> answer) {
    String scope = scope(call) + ":" + Principal.of(call).ticket().id();
    return changed(call, on, guard, change, answer, scope);
  }

  /** Makes a change like {@link #change} whose answer does not depend on its result. */
  public <A> Answer change(
      Call call,
      A on,
      BiFunction<A, IdempotencyKey, A> guard,
      Function<A, CompletableFuture<?>> change,
      Supplier<Answer> answer) {
    return change(
        call,
        on,
        guard,
        Object.class,
        it -> change.apply(it).thenApply(nothing -> ""),
        nothing -> answer.get());
  }

  private <A, T> Answer changed(
      Call call,
      A on,
      BiFunction<A, IdempotencyKey, A> guard,
      Function<A, CompletableFuture<T>> change,
      SecretAnswer<T> answer,
      String scope) {
    String key = call.header("Idempotency-Key");
    if (key == null || key.isEmpty()) {
      return answer.first.apply(done(change.apply(on)));
    }
    IdempotencyKey idempotencyKey =
        once(call, scope, key, done -> answer.kept.apply(answer.result.cast(done)));
    try {
      return answer.first.apply(done(change.apply(guard.apply(on, idempotencyKey))));
    } catch (IdempotencyKey.DoneBefore before) {
      return answer.again.apply(before.answer());
    }
  }

  /** Returns the idempotency key of a request, with its scope and hash. */
  public IdempotencyKey once(Call call, String key, Function<Object, byte[]> answer) {
    return once(call, scope(call), key, answer);
  }

  private static IdempotencyKey once(
      Call call, String scope, String key, Function<Object, byte[]> answer) {
    String problem = Problems.ofLength(key, RequestRules.MAX_IDEMPOTENCY_KEY);
    if (problem != null) {
      throw ApiError.invalid(List.of("header", "idempotency-key"), problem);
    }
    return new IdempotencyKey(scope, key, RequestHash.of(call.body()), answer);
  }

  private static String scope(Call call) {
    return "once:"
        + call.caller().environment()
        + ":"
        + call.caller().application()
        + ":"
        + call.operation().id()
        + ":"
        + String.join("/", call.path());
  }
}
