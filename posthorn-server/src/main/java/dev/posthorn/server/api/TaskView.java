package dev.posthorn.server.api;

import dev.posthorn.engine.TaskData;
import dev.posthorn.engine.TaskKind;
import dev.posthorn.server.http.Answer;
import dev.posthorn.server.http.ApiError;
import dev.posthorn.store.TaskRow;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** Writes background tasks. */
final class TaskView {
  private final Desk desk;

  TaskView(Desk desk) {
    this.desk = desk;
  }

  /** Returns the task that a client names by its id, or null. */
  @Nullable TaskRow task(String name) {
    OptionalLong id = desk.parse(Desk.TASK, name);
    return id.isPresent() ? desk.engine().store().task(id.getAsLong()) : null;
  }

  /** Returns 404 for a task. */
  static ApiError none(String name) {
    return ApiError.notFound("task: there is none with the id \"" + name + "\"");
  }

  /** Answers with a task. */
  Answer answer(int status, TaskRow row) {
    return Answer.json(
        status,
        json -> {
          json.writeStartObject();
          write(json, row);
          json.writeEndObject();
        });
  }

  /** Writes a task's properties. */
  void write(JsonGenerator json, TaskRow row) {
    json.writeStringProperty("id", desk.id(Desk.TASK, row.id()));
    json.writeStringProperty("status", row.status());
    json.writeStringProperty("task", row.type());
    Json.time(json, "updatedAt", row.updated());
    json.writeObjectPropertyStart("data");
    TaskKind.of(row.type()).ifPresent(kind -> data(json, kind, row));
    json.writeEndObject();
  }

  private void data(JsonGenerator json, TaskKind kind, TaskRow row) {
    TaskData data = TaskData.of(row);
    if (row.application() != 0) {
      json.writeStringProperty("appId", desk.id(Desk.APPLICATION, row.application()));
    }
    if (data.order().endpoint() != 0) {
      json.writeStringProperty("endpointId", desk.id(Desk.ENDPOINT, data.order().endpoint()));
      Json.time(json, "since", data.order().since());
      Json.time(json, "until", data.order().until());
    }
    json.writeNumberProperty("examined", data.examined());
    String changed =
        switch (kind) {
          case CANCEL -> "messagesCanceled";
          case PURGE -> "messagesPurged";
          case BROADCAST, RECOVER, REPLAY_MISSING, BULK_REPLAY -> "messagesSent";
        };
    json.writeNumberProperty(changed, data.changed());
    if (kind == TaskKind.BROADCAST) {
      created(json, data);
    }
    if (data.error() != null) {
      json.writeStringProperty("error", data.error());
    }
  }

  private void created(JsonGenerator json, TaskData data) {
    json.writeArrayPropertyStart("messagesCreated");
    for (TaskData.Sent sent : Objects.requireNonNullElse(data.sent(), List.<TaskData.Sent>of())) {
      json.writeStartObject();
      json.writeStringProperty("appId", desk.id(Desk.APPLICATION, sent.application()));
      json.writeStringProperty("msgId", desk.id(Desk.MESSAGE, sent.message()));
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
