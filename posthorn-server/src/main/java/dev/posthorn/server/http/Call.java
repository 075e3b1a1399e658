package dev.posthorn.server.http;

import dev.posthorn.server.auth.Principal;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A request to an operation, with its body, once its sender is known.
 *
 * @param operation what is asked for
 * @param path the values of the operation's variable segments, decoded, in order
 * @param query the query parameters
 * @param header looks up a request header by its name; null if it was not sent
 * @param principal who asks; for a public operation nobody
 * @param body the body; empty if none
 */
public record Call(
    Operation operation,
    List<String> path,
    Query query,
    Function<String, @Nullable String> header,
    Principal principal,
    byte[] body) {

  /** Returns the value of a variable segment. */
  public String path(String name) {
    return path.get(Routes.index(operation.path(), name));
  }

  /** Returns a request header, or null. */
  public @Nullable String header(String name) {
    return header.apply(name);
  }

  /** Returns the body as a JSON object; throws 422 if it is none. */
  public Fields fields() {
    return Fields.of(body);
  }

  /** Returns the body as a JSON object, or an empty one if there is no body. */
  public Fields optionalFields() {
    return body.length == 0 ? Fields.of(new byte[] {'{', '}'}) : Fields.of(body);
  }
}
