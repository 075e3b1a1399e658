package dev.posthorn.internal.engine.task;

import java.util.Arrays;
import java.util.Optional;

/** The kinds of background work. The names are stored, and are those of the HTTP API. */
public enum TaskKind {
  /** Delivers again what failed and did not succeed after: one attempt each. */
  RECOVER("endpoint.recover"),
  /** Delivers what an endpoint would want but was never for it, such as what came before it did. */
  REPLAY_MISSING("endpoint.replay"),
  /** Delivers again what was for an endpoint, whatever became of it. */
  BULK_REPLAY("endpoint.bulk-replay"),
  /** Cancels what waits. */
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
