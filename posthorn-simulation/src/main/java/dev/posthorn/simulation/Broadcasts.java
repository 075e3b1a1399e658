package dev.posthorn.simulation;

import dev.posthorn.internal.engine.base.SendRequest;
import dev.posthorn.internal.engine.task.TaskData;
import dev.posthorn.internal.engine.task.TaskKind;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.spi.store.rows.TaskRow;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Messages to all applications: each has each of them once, whatever happened meanwhile. */
final class Broadcasts {
  private static final String CHANNEL = "broadcast";

  private Broadcasts() {}

  /** Returns a message that is to be sent to all. */
  static SendRequest message() {
    return new SendRequest(
        0,
        "t0",
        List.of(CHANNEL),
        "text/plain",
        SimPayload.of(null, 0, 0),
        SendRequest.Options.NONE);
  }

  /**
   * Fails unless every broadcast that was begun is done, and each message belongs to one.
   *
   * @param apart whether nodes have clocks of their own: then ids do not tell which application was
   *     there first
   */
  static void check(SimTables tables, boolean apart) {
    Set<Long> sent = new HashSet<>();
    for (TaskRow task : tables.tasks.values()) {
      if (task.type().equals(TaskKind.BROADCAST.type())) {
        sent.addAll(check(tables, task, apart));
      }
    }
    for (MessageRow message : tables.messages().values()) {
      if (message.channels().contains(CHANNEL) && !sent.remove(message.id())) {
        throw new Violation("message " + message.id() + " of a broadcast is no task's");
      }
    }
    if (!sent.isEmpty()) {
      throw new Violation("messages of a broadcast are not on disk: " + sent);
    }
  }

  private static Set<Long> check(SimTables tables, TaskRow task, boolean apart) {
    Set<Long> applications = new HashSet<>();
    Set<Long> messages = new HashSet<>();
    for (TaskData.Sent one :
        Objects.requireNonNullElse(TaskData.of(task).sent(), List.<TaskData.Sent>of())) {
      if (!applications.add(one.application())) {
        throw new Violation(task + " sent its message twice to " + one.application());
      }
      if (tables.applications().containsKey(one.application())
          || tables.message(one.message()) != null) { // else they may both be gone
        messages.add(one.message());
      }
    }
    for (ApplicationRow application : tables.applications().values()) {
      if (!apart
          && application.environment() == task.environment()
          && application.id() < task.id()
          && !applications.contains(application.id())) {
        throw new Violation(task + " left out the application " + application.id());
      }
    }
    return messages;
  }
}
