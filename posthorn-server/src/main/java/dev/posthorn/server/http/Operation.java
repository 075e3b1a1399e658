package dev.posthorn.server.http;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Something a client can ask for: a method and a path, who may, and what happens.
 *
 * <p>The list of operations is the API: requests are routed by it, the OpenAPI document is made
 * from it, and a test holds that each has tests.
 *
 * @param id its stable name, such as {@code v1.message.create}
 * @param method the HTTP method
 * @param path the path; variable segments are names in braces
 * @param access who may use it
 * @param docs what the OpenAPI document says of it
 * @param body what a request's body may be
 * @param action what it does
 */
public record Operation(
    String id, String method, String path, Access access, Docs docs, Body body, Action action) {

  /** The largest body that an event loop reads itself: others wait for it meanwhile. */
  static final int SMALL_BYTES = 64 << 10;

  /** The largest body that is read as a tree without further ado. */
  static final int SETTINGS_BYTES = 512 << 10;

  /** Creates an operation that takes settings, if it takes a body at all. */
  public Operation(String id, String method, String path, Access access, Docs docs, Action action) {
    this(id, method, path, access, docs, docs.takes() == null ? Body.NONE : Body.SETTINGS, action);
  }

  /** Returns this operation with another kind of body. */
  public Operation withBody(Body other) {
    return new Operation(id, method, path, access, docs, other, action);
  }

  /** Returns this operation with another action. */
  public Operation withAction(Action other) {
    return new Operation(id, method, path, access, docs, body, other);
  }

  /** The kinds of bodies that requests have. */
  public enum Body {
    /** Nothing; what is sent all the same is not kept. */
    NONE,
    /** Settings: small, read as a tree. */
    SETTINGS,
    /** Settings that may be large; few large ones are read at the same time. */
    DOCUMENT,
    /** A message: large, but read as a stream. */
    MESSAGE;

    /** Returns how many bytes it may have, of the most that any body may have. */
    int most(int bytes) {
      return this == DOCUMENT || this == MESSAGE ? bytes : Math.min(bytes, SETTINGS_BYTES);
    }
  }

  /** Who may use an operation. */
  public enum Access {
    /** Everybody, without a token. */
    PUBLIC,
    /** A token of the environment. */
    ENVIRONMENT,
    /**
     * A token of the environment, or of the application that is named in the path; of any if the
     * path names none.
     */
    APPLICATION
  }

  /**
   * What the OpenAPI document says of an operation.
   *
   * @param tag the group it is listed in
   * @param summary one line
   * @param query its query parameters
   * @param takes the request's body, or null if there is none
   * @param gives the schemas of its successful answers by status
   * @param conflicts whether it may be refused with 409 though it only reads
   */
  public record Docs(
      String tag,
      String summary,
      List<Param> query,
      @Nullable Takes takes,
      List<Gives> gives,
      boolean conflicts) {

    /** Creates what is said of an operation that meets no conflict if it only reads. */
    public Docs(
        String tag, String summary, List<Param> query, @Nullable Takes takes, List<Gives> gives) {
      this(tag, summary, query, takes, gives, false);
    }
  }

  /**
   * The body of a request.
   *
   * @param schema the name of its schema
   * @param required whether a request without one is refused
   */
  public record Takes(String schema, boolean required) {}

  /**
   * A query parameter, or a request header.
   *
   * @param name its name
   * @param in {@code query} or {@code header}
   * @param schema its JSON Schema
   * @param text what it does
   */
  public record Param(String name, String in, String schema, String text) {}

  /**
   * A successful answer.
   *
   * @param status its status
   * @param schema the name of its body's schema; null if there is no body, or for 200 one that is
   *     not the API's own JSON
   */
  public record Gives(int status, @Nullable String schema) {}

  /** What an operation does: on a thread that may wait, or on the event loop. */
  public sealed interface Action {}

  /** Answers on a thread that may wait; throws {@link ApiError} to refuse. */
  public record Blocking(Handler handler) implements Action {}

  /**
   * Answers later, from any thread; runs on the event loop, or for a large body on a thread that
   * may wait, and must not wait.
   */
  public record NonBlocking(DirectHandler handler) implements Action {}

  /** Answers a call. */
  public interface Handler {
    /** Returns the answer; throws {@link ApiError} to refuse. */
    Answer handle(Call call);
  }

  /** Answers a call later. */
  public interface DirectHandler {
    /**
     * Calls {@code answer} once, now or later, from any thread; what makes the answer runs on the
     * event loop. Throws {@link ApiError} to refuse.
     */
    void handle(Call call, Consumer<Supplier<Answer>> answer);
  }
}
