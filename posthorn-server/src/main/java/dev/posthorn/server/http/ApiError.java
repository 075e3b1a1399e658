package dev.posthorn.server.http;

import dev.posthorn.internal.rules.Quoted;
import dev.posthorn.spi.wire.Header;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * An error answer of an operation: its status, and a body with {@code code} and {@code detail}, or
 * for 422 a list of invalid values and their locations.
 */
public final class ApiError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;
  private final transient List<Item> items;
  private final transient @Nullable Header header;

  /**
   * A single problem of a request.
   *
   * @param loc the location: {@code body}, {@code query} or {@code path}, then the names down to
   *     the value
   * @param message the problem and its remedy
   * @param type a stable name for the kind of problem
   */
  public record Item(List<String> loc, String message, String type) {}

  private ApiError(
      int status, String code, @Nullable String detail, List<Item> items, @Nullable Header header) {
    super(detail, null, false, false); // an answer, not a bug: nobody needs a stack trace
    this.status = status;
    this.code = code;
    this.items = items;
    this.header = header;
  }

  /** Returns an error with a status, a stable code and a detail that names the remedy. */
  public static ApiError of(int status, String code, String detail) {
    return new ApiError(status, code, detail, List.of(), null);
  }

  /** Returns a temporary error, such as 429 or 503, with {@code Retry-After}. */
  public static ApiError later(int status, String code, String detail, long seconds) {
    Header header = new Header("Retry-After", Long.toString(Math.max(1, seconds)));
    return new ApiError(status, code, detail, List.of(), header);
  }

  /** Returns 400 for a request that makes no sense in the current state. */
  public static ApiError badRequest(String detail) {
    return of(400, "bad_request", detail);
  }

  /** Returns 401: the token is missing or invalid. */
  public static ApiError unauthorized(String detail) {
    Header header = new Header("WWW-Authenticate", "Bearer"); // RFC 9110, section 15.5.2
    return new ApiError(401, "authentication_failed", detail, List.of(), header);
  }

  /** Returns 403: the token is valid but does not allow this. */
  public static ApiError forbidden(String detail) {
    return of(403, "insufficient_access", detail);
  }

  /**
   * Returns 404: the object does not exist or belongs to another tenant, which is
   * indistinguishable.
   */
  public static ApiError notFound(String detail) {
    return of(404, "not_found", detail);
  }

  /** Returns 405: the path exists, but not with this method. */
  static ApiError methodNotAllowed(String method, Collection<String> methods) {
    return new ApiError(
        405,
        "method_not_allowed",
        Quoted.of(method) + " is not allowed on this path; use " + String.join(" or ", methods),
        List.of(),
        new Header("Allow", String.join(", ", methods))); // RFC 9110, section 15.5.6
  }

  /** Returns 415: the body is compressed or otherwise encoded. */
  static ApiError encoded(String coding) {
    return new ApiError(
        415,
        "unsupported_media_type",
        "the body has the unsupported content encoding "
            + Quoted.of(coding)
            + "; send it uncompressed, without Content-Encoding",
        List.of(),
        new Header("Accept-Encoding", "identity")); // RFC 9110, section 15.5.16
  }

  /** Returns 409: the object already exists or is in another state. */
  public static ApiError conflict(String detail) {
    return of(409, "conflict", detail);
  }

  /** Returns 422 for one problem. */
  public static ApiError invalid(List<String> loc, String message) {
    return invalid(List.of(new Item(List.copyOf(loc), message, "value_error")));
  }

  /** Returns 422 for a body that is not valid JSON or exceeds a limit of the parser. */
  public static ApiError notJson(JacksonException e) {
    return invalid(List.of(new Item(List.of("body"), JsonProblem.of(e), "value_error.jsondecode")));
  }

  /** Returns 422 for several problems. */
  public static ApiError invalid(List<Item> items) {
    return new ApiError(422, "validation", null, List.copyOf(items), null);
  }

  /** Returns the HTTP status. */
  public int status() {
    return status;
  }

  /** Returns the answer that reports this error. */
  public Answer answer() {
    Answer answer =
        Answer.json(
            status,
            json -> {
              json.writeStartObject();
              if (items.isEmpty()) {
                json.writeStringProperty("code", code);
                json.writeStringProperty("detail", getMessage());
              } else {
                writeItems(json);
              }
              json.writeEndObject();
            });
    return header == null ? answer : answer.with(header.name(), header.value());
  }

  private void writeItems(tools.jackson.core.JsonGenerator json) {
    json.writeArrayPropertyStart("detail");
    for (Item item : items) {
      json.writeStartObject();
      json.writeArrayPropertyStart("loc");
      item.loc().forEach(json::writeString);
      json.writeEndArray();
      json.writeStringProperty("msg", item.message());
      json.writeStringProperty("type", item.type());
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
