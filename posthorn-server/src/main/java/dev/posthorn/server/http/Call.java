package dev.posthorn.server.http;

import dev.posthorn.spi.runtime.Owner;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An authenticated request to an operation, with its body.
 *
 * @param operation the requested operation
 * @param path the values of the operation's variable segments, decoded, in order
 * @param query the query parameters
 * @param head the head of the request
 * @param caller the sender; {@link Caller#NOBODY} for a public operation
 * @param body the body; empty if none
 */
public record Call(
    Operation operation, List<String> path, Query query, Head head, Caller caller, byte[] body) {

  /** The head of a request. */
  public interface Head {
    /** Returns a header, or null if it was not sent. */
    @Nullable String header(String name);

    /** Returns the requested host and port, or null if the client named none. */
    @Nullable String authority();

    /** Returns the address of the client. */
    String peer();
  }

  /**
   * Returns the owner by which queues are kept fair: the environment together with the application
   * of the token or, for a token of the environment, the application named in the path.
   */
  Owner owner() {
    Object member =
        caller.isApplication()
            ? (Object) caller.application()
            : operation.path().contains("{app_id}") ? path("app_id") : "";
    return new Owner(caller.environment(), member);
  }

  /** Returns the value of a variable segment. */
  public String path(String name) {
    return path.get(Routes.index(operation.path(), name));
  }

  /** Returns a request header, or null. */
  public @Nullable String header(String name) {
    return head.header(name);
  }

  /** Returns the address of the client, by which failed attempts to authenticate are counted. */
  public String peer() {
    return head.peer();
  }

  /** Returns the body as a JSON object; throws 422 if it is not one. */
  public Fields fields() {
    return Fields.of(body);
  }

  /**
   * Returns the body as a JSON object with the higher limits of imports; throws 422 if it is not
   * one.
   */
  public Fields importedFields() {
    return Fields.ofImport(body);
  }

  /** Returns the body as a JSON object, or an empty one if there is no body. */
  public Fields optionalFields() {
    return body.length == 0 ? Fields.of(new byte[] {'{', '}'}) : Fields.of(body);
  }
}
