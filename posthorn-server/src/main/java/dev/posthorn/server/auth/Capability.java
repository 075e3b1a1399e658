package dev.posthorn.server.auth;

import dev.posthorn.server.http.Operation;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Something that a token may be allowed. Each operation needs one; which, is worked out from its
 * method and path, so that an operation nobody thought of here needs the most.
 */
public enum Capability {
  /** To look at all but signing secrets. */
  VIEW_BASE("ViewBase"),
  /** To see signing secrets. */
  VIEW_ENDPOINT_SECRET("ViewEndpointSecret"),
  /** To replace signing secrets. */
  MANAGE_ENDPOINT_SECRET("ManageEndpointSecret"),
  /** To change transformations. */
  MANAGE_TRANSFORMATIONS("ManageTransformations"),
  /** To deliver again, and to send examples. */
  CREATE_ATTEMPTS("CreateAttempts"),
  /** To create, change and remove endpoints. */
  MANAGE_ENDPOINT("ManageEndpoint"),
  /** To send messages. */
  CREATE_MESSAGES("CreateMessages"),
  /** To do all the rest: applications, event types, tokens and whatever removes messages. */
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

  private final String text;

  Capability(String text) {
    this.text = text;
  }

  /** Returns its name in requests and answers. */
  public String text() {
    return text;
  }

  /** Returns the capability with a name, or nothing. */
  public static Optional<Capability> of(String text) {
    return Arrays.stream(values()).filter(capability -> capability.text.equals(text)).findFirst();
  }

  /** Returns what an operation needs, or null if every token may do it. */
  static @Nullable Capability neededFor(Operation operation) {
    String path = operation.path();
    boolean reads = operation.method().equals("GET");
    if (path.equals("/api/v1/auth/logout") || path.equals("/api/v1/auth/whoami")) {
      return null;
    }
    if (path.contains("/secret")) {
      return reads ? VIEW_ENDPOINT_SECRET : MANAGE_ENDPOINT_SECRET;
    }
    if (path.contains("/consumer/")) {
      return MANAGE_ENDPOINT; // to read moves the consumer on
    }
    if (reads || path.equals(APPLICATION + "/msg/search")) {
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
