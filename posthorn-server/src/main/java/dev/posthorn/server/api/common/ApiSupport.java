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
import dev.posthorn.spi.store.ApplicationRow;
import dev.posthorn.spi.store.EndpointRow;
import dev.posthorn.spi.store.EventTypeRow;
import dev.posthorn.spi.store.MessageRow;
import dev.posthorn.spi.store.Page;
import dev.posthorn.spi.store.PageRequest;
import dev.posthorn.spi.store.StoreException;
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
 * What all operations need: the engine, ids and what they stand for, and waiting for changes. An id
 * of another environment, or of an application that the token does not open, is as if it were not
 * there.
 */
public final class ApiSupport {
  private static final int MOST_BODY_BYTES = PageWriter.MOST_BYTES;

  private final Engine engine;
  private final long waitMillis;
  private final boolean strict;

  /** Creates a desk that takes event types and fields that it does not know. */
  public ApiSupport(Engine engine, long waitMillis) {
    this(engine, waitMillis, false);
  }

  /**
   * Creates a desk.
   *
   * @param engine what delivers
   * @param waitMillis how long a request waits for the disk
   * @param strict whether unknown event types of messages and unknown fields are refused
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

  /** Refuses the event type of a message, if it has to be known and is not. */
  public void requireKnownType(Call call, String type) {
    if (strict && engine.registry().eventType(call.caller().environment(), type) == null) {
      throw ApiError.invalid(
          List.of("body", "eventType"),
          "\""
              + type
              + "\" is no event type here, and this server is strict; create it first with"
              + " POST /api/v1/event-type");
    }
  }

  /** Returns the engine. */
  public Engine engine() {
    return engine;
  }

  // ---- ids -----------------------------------------------------------------------------------

  /** Returns an id as clients see it. */
  public String id(IdPrefix prefix, long id) {
    return engine.publicIds().format(prefix, id);
  }

  /** Returns the id behind what a client sent, or nothing. */
  public OptionalLong parse(IdPrefix prefix, String text) {
    return engine.publicIds().parse(prefix, text);
  }

  /**
   * Returns whether what a client named can be the uid of something to be created: it is a name,
   * and no id that this server gave.
   */
  public boolean isUid(IdPrefix prefix, String text) {
    return NameRules.NAME.allows(text) && parse(prefix, text).isEmpty();
  }

  /** Returns the application that the path names by its id or uid. */
  public ApplicationRow application(Call call) {
    return application(call, call.path("app_id"));
  }

  /** Returns an application that a client names by its id or uid. */
  public ApplicationRow application(Call call, String name) {
    ApplicationRow row = applicationOrNull(call, name);
    if (row == null) {
      throw ApiError.notFound("application: there is none with the id or uid " + Quoted.of(name));
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

  /** Returns the endpoint of an application that the path names by its id or uid. */
  public EndpointRow endpoint(Call call, ApplicationRow application) {
    return endpoint(application, call.path("endpoint_id"));
  }

  /** Returns an endpoint that a client names by its id or uid. */
  public EndpointRow endpoint(ApplicationRow application, String name) {
    EndpointRow row = endpointOrNull(application, name);
    if (row == null) {
      throw missingEndpoint(name);
    }
    return row;
  }

  /** Returns 404 for an endpoint. */
  static ApiError missingEndpoint(String name) {
    return ApiError.notFound("endpoint: there is none with the id or uid " + Quoted.of(name));
  }

  public @Nullable EndpointRow endpointOrNull(ApplicationRow application, String name) {
    OptionalLong id = parse(IdPrefix.ENDPOINT, name);
    if (id.isPresent()) {
      EndpointRow row = engine.registry().endpoint(id.getAsLong());
      return row != null && row.application() == application.id() ? row : null;
    }
    return engine.registry().endpoint(application.id(), name);
  }

  /** Returns the endpoints of an application, by id; none if it has gone meanwhile. */
  public Stream<EndpointRow> endpoints(ApplicationRow application) {
    try {
      return engine.registry().endpoints(application.id()).stream();
    } catch (PosthornException e) {
      return Stream.of();
    }
  }

  /** Returns endpoints of an application; none if it has gone meanwhile. */
  public List<EndpointRow> endpoints(long application, PageRequest listing) {
    try {
      return engine.registry().endpoints(application, listing);
    } catch (PosthornException e) {
      return List.of();
    }
  }

  /** Returns whether an event type can be chosen by whoever asks. */
  public boolean offers(Call call, String type) {
    EventTypeRow row = engine.registry().eventType(call.caller().environment(), type);
    return row != null && !row.archived() && Principal.of(call).sees(row);
  }

  /** Returns the message of an application that the path names by its id or event id. */
  public MessageRow message(Call call, ApplicationRow application) {
    String name = call.path("msg_id");
    MessageRow row = messageOrNull(application, name);
    if (row == null) {
      throw ApiError.notFound("message: there is none with the id or event id " + Quoted.of(name));
    }
    return row;
  }

  public @Nullable MessageRow messageOrNull(ApplicationRow application, String name) {
    OptionalLong id = parse(IdPrefix.MESSAGE, name);
    MessageRow row =
        id.isPresent()
            ? engine.store(application.id()).message(id.getAsLong())
            : engine.store(application.id()).messageByEvent(application.id(), name);
    return row != null && row.application() == application.id() ? row : null;
  }

  /**
   * Returns the messages of a page with their payloads; those that have gone meanwhile are left
   * out. Once {@value #MOST_BODY_BYTES} bytes of payloads are read the page ends, so that it is
   * short: then the next one goes on there.
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

  /** Waits for a change, or for what is read in the background. */
  public <T> T done(CompletableFuture<T> future) {
    try {
      return future.get(waitMillis, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new PosthornException(
          Reason.UNKNOWN, "the store did not answer in time; the change may yet be made");
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
      return e; // an edit that was worked out on the writer refused
    }
    return cause instanceof RuntimeException e ? e : new IllegalStateException(cause);
  }

  /**
   * Makes a change once if the client sent an {@code Idempotency-Key}, else simply makes it; and
   * answers, the same as the first time if it was made before.
   *
   * @param on what the change is a method of
   * @param guard makes it do things once
   * @param result what the writer makes of the change; the future must have that very result
   * @param change the change
   * @param answer what is answered
   * @param <A> what the change is a method of
   * @param <T> what comes of the change
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
   * How a change is answered whose answer holds a secret, and so is not kept.
   *
   * @param result what the writer makes of the change; the future must have that very result
   * @param first the answer
   * @param kept what is remembered of it; not the secret
   * @param again the same answer again, from what is remembered; throws 409 if it cannot be given
   */
  public record SecretAnswer<T>(
      Class<T> result,
      Function<T, Answer> first,
      Function<T, byte[]> kept,
      Function<byte[], Answer> again) {}

  /**
   * Makes a change once, like {@link #change}, for which a secret is answered: only the token that
   * made the change gets it again. (JWTs of the same subject are one and the same token here.)
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

  /** Makes a change once, like {@link #change}; its answer does not depend on what comes of it. */
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
    IdempotencyKey once =
        once(call, scope, key, done -> answer.kept.apply(answer.result.cast(done)));
    try {
      return answer.first.apply(done(change.apply(guard.apply(on, once))));
    } catch (IdempotencyKey.DoneBefore before) {
      return answer.again.apply(before.answer());
    }
  }

  /** Returns the scope, key and hash of a request that is to be done once. */
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
