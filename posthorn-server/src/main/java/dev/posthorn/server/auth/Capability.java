package dev.posthorn.server.auth;

import dev.posthorn.server.http.Operation;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A permission that a token can have. Each operation needs one, derived from its method and path,
 * so that an operation not listed here needs the highest one.
 */
public enum Capability {
  /** Permission to read everything but signing secrets. */
  VIEW_BASE("ViewBase"),
  /** Permission to read signing secrets. */
  VIEW_ENDPOINT_SECRET("ViewEndpointSecret"),
  /** Permission to replace signing secrets. */
  MANAGE_ENDPOINT_SECRET("ManageEndpointSecret"),
  /** Permission to change transformations. */
  MANAGE_TRANSFORMATIONS("ManageTransformations"),
  /** Permission to resend messages and to send examples. */
  CREATE_ATTEMPTS("CreateAttempts"),
  /** Permission to create, change and delete endpoints. */
  MANAGE_ENDPOINT("ManageEndpoint"),
  /** Permission to send messages. */
  CREATE_MESSAGES("CreateMessages"),
  /**
   * Permission for everything else: applications, event types, tokens and the removal of messages.
   */
  ADMINISTER("Administer");

  private static final String APPLICATION = "/api/v1/app/{app_id}";
  private static final Set<String> SENDS =
      Set.of(APPLICATION + "/msg", APPLICATION + "/msg/precheck/active", "/api/v1/msg/broadcast");
  private static final Set<String> AGAIN =
      Set.of(
          "resend",
          "recover",
          "replay",
          "replay-missing",
          "bulk-replay",
          "send-example",
          "send-event-type-example");

  /** Paths of operations on the token of the request itself. */
  private static final Set<String> OF_ITSELF =
      Set.of("/api/v1/auth/logout", "/api/v1/auth/whoami", "/api/v1/console/session");

  /** Paths of reads that show the whole server, not an environment of it. */
  private static final Set<String> OF_THE_SERVER =
      Set.of("/api/v1/console/settings", "/api/v1/console/nodes");

  private final String text;

  Capability(String text) {
    this.text = text;
  }

  /** Returns the capability's name in requests and answers. */
  public String text() {
    return text;
  }

  /** Returns the capability with a name, if it exists. */
  public static Optional<Capability> of(String text) {
    return Arrays.stream(values()).filter(capability -> capability.text.equals(text)).findFirst();
  }

  /** Returns the capability that an operation needs, or null if every token may call it. */
  static @Nullable Capability neededFor(Operation operation) {
    String path = operation.path();
    boolean reads = operation.method().equals("GET");
    if (OF_ITSELF.contains(path)) {
      return null;
    }
    if (path.contains("/secret")) {
      return reads ? VIEW_ENDPOINT_SECRET : MANAGE_ENDPOINT_SECRET;
    }
    if (path.contains("/consumer/")) {
      return MANAGE_ENDPOINT; // reading moves the consumer forward
    }
    if (OF_THE_SERVER.contains(path)) {
      return ADMINISTER;
    }
    if (reads || path.equals(APPLICATION + "/msg/search") || path.endsWith("/count")) {
      return VIEW_BASE;
    }
    if (SENDS.contains(path)) {
      return CREATE_MESSAGES;
    }
    if (!path.startsWith(APPLICATION + "/")) {
      return ADMINISTER;
    }
    if (path.contains("/transformation")) {
      return MANAGE_TRANSFORMATIONS;
    }
    if (AGAIN.contains(path.substring(path.lastIndexOf('/') + 1))) {
      return CREATE_ATTEMPTS;
    }
    return path.startsWith(APPLICATION + "/endpoint") ? MANAGE_ENDPOINT : ADMINISTER;
  }
}
