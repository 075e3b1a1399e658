package dev.posthorn.internal.engine.task;

import java.util.Arrays;
import java.util.Optional;

/** The kinds of background work. The names are stored, and are those of the HTTP API. */
public enum TaskKind {
  /** Delivers again what failed and has not succeeded since: one attempt each. */
  RECOVER("endpoint.recover"),
  /**
   * Delivers messages that an endpoint would want but never got, such as those before its creation.
   */
  REPLAY_MISSING("endpoint.replay"),
  /** Delivers again all messages that were for an endpoint, whatever their outcome. */
  BULK_REPLAY("endpoint.bulk-replay"),
  /** Cancels deliveries that wait. */
  CANCEL("endpoint.cancel"),
  /** Sends one message to every application of an environment. */
  BROADCAST("message.broadcast"),
  /** Removes the payloads of all messages of an application. */
  PURGE("application.purge_content");

  private final String type;

  TaskKind(String type) {
    this.type = type;
  }

  /** Returns the stored name. */
  public String type() {
    return type;
  }

  /** Returns the kind with a name, or nothing. */
  public static Optional<TaskKind> of(String type) {
    return Arrays.stream(values()).filter(kind -> kind.type.equals(type)).findFirst();
  }
}
