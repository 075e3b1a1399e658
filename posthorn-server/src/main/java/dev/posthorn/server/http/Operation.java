package dev.posthorn.server.http;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An operation of the API: its method, path, required access and action.
 *
 * <p>The list of operations defines the API: it determines the routes and the OpenAPI document, and
 * a test verifies that each operation has tests.
 *
 * @param id its stable name, such as {@code v1.message.create}
 * @param method the HTTP method
 * @param path the path; variable segments are names in braces
 * @param access the access that it requires
 * @param docs its description in the OpenAPI document
 * @param body the kind of body that a request has
 * @param action the action that answers it
 */
public record Operation(
    String id, String method, String path, Access access, Docs docs, Body body, Action action) {

  /** The largest body that an event loop parses itself, because it delays other requests. */
  static final int SMALL_BYTES = 64 << 10;

  /** The largest body that is always parsed as a tree. */
  static final int SETTINGS_BYTES = 512 << 10;

  /** Creates an operation whose body, if any, has settings. */
  public Operation(String id, String method, String path, Access access, Docs docs, Action action) {
    this(
        id, method, path, access, docs, docs.accepts() == null ? Body.NONE : Body.SETTINGS, action);
  }

  /** Returns a copy with another kind of body. */
  public Operation withBody(Body other) {
    return new Operation(id, method, path, access, docs, other, action);
  }

  /** Returns a copy with another action. */
  public Operation withAction(Action other) {
    return new Operation(id, method, path, access, docs, body, other);
  }

  /** The kind of body that a request has. */
  public enum Body {
    /** No body; one that is sent anyway is discarded. */
    NONE,
    /** Settings: small, parsed as a tree. */
    SETTINGS,
    /** Settings that may be large; only a few large ones are parsed at the same time. */
    DOCUMENT,
    /** A message: may be large, but is parsed as a stream. */
    MESSAGE;

    /** Returns the maximum size of this kind, given the maximum size of all bodies. */
    int most(int bytes) {
      return this == DOCUMENT || this == MESSAGE ? bytes : Math.min(bytes, SETTINGS_BYTES);
    }
  }

  /** The access that an operation requires. */
  public enum Access {
    /** No token. */
    PUBLIC,
    /** A token of the environment. */
    ENVIRONMENT,
    /**
     * A token of the environment or of the application in the path; of any application if the path
     * has none.
     */
    APPLICATION
  }

  /**
   * The description of an operation in the OpenAPI document.
   *
   * @param tag the group that lists it
   * @param summary a one-line summary
   * @param query its query parameters
   * @param accepts the request's body, or null for none
   * @param returns the schemas of its successful answers by status
   * @param conflicts whether it may answer 409 although it only reads
   */
  public record Docs(
      String tag,
      String summary,
      List<Param> query,
      @Nullable BodySchema accepts,
      List<Response> returns,
      boolean conflicts) {

    /** Creates the description of an operation that never answers 409 if it only reads. */
    public Docs(
        String tag,
        String summary,
        List<Param> query,
        @Nullable BodySchema takes,
        List<Response> gives) {
      this(tag, summary, query, takes, gives, false);
    }
  }

  /**
   * The body of a request.
   *
   * @param schema the name of its schema
   * @param required whether a request must have a body
   */
  public record BodySchema(String schema, boolean required) {}

  /**
   * A query parameter, or a request header.
   *
   * @param name its name
   * @param in {@code query} or {@code header}
   * @param schema its JSON Schema
   * @param text its description
   */
  public record Param(String name, String in, String schema, String text) {}

  /**
   * A successful answer.
   *
   * @param status its status
   * @param schema the name of its body's schema; null for no body or, with status 200, for a body
   *     that is not JSON of the API
   */
  public record Response(int status, @Nullable String schema) {}

  /** The action of an operation, on a worker thread or on the event loop. */
  public sealed interface Action permits Blocking, NonBlocking, Streaming {}

  /** Answers on a worker thread, which may block; throws {@link ApiError} to refuse. */
  public record Blocking(Handler handler) implements Action {}

  /**
   * Answers asynchronously, from any thread; runs on the event loop, or for a large body on a
   * worker thread, and must not block.
   */
  public record NonBlocking(DirectHandler handler) implements Action {}

  /**
   * Answers with a stream of server-sent events if the client accepts {@code text/event-stream},
   * and otherwise with a single answer.
   */
  public record Streaming(StreamHandler stream, Handler single) implements Action {}

  /** Answers a call with events. */
  public interface StreamHandler {
    /**
     * Takes a stream, to which events can be sent from now on until it ends. Runs on the event loop
     * and must not block. Throws {@link ApiError} to refuse; the client then gets no stream.
     */
    void open(Call call, EventStream stream);
  }

  /** Answers a call. */
  public interface Handler {
    /** Returns the answer; throws {@link ApiError} to refuse. */
    Answer handle(Call call);
  }

  /** Answers a call asynchronously. */
  public interface DirectHandler {
    /**
     * Calls {@code answer} once, now or later, from any thread; the supplier runs on the event
     * loop. Throws {@link ApiError} to refuse.
     */
    void handle(Call call, Consumer<Supplier<Answer>> answer);
  }
}
