package dev.posthorn.server.api.common;

import dev.posthorn.internal.engine.task.TaskData;
import dev.posthorn.internal.engine.task.TaskKind;
import dev.posthorn.internal.engine.task.Tasks;
import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.internal.rules.Quoted;
import dev.posthorn.server.http.Answer;
import dev.posthorn.server.http.ApiError;
import dev.posthorn.server.http.Call;
import dev.posthorn.spi.store.rows.TaskRow;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** Writes background tasks. */
public final class TaskView {
  private static final int MOST_RESULT = 4 * 1024 * 1024;

  private final ApiSupport api;

  public TaskView(ApiSupport api) {
    this.api = api;
  }

  /** Returns a task by its public id, or null. */
  public @Nullable TaskRow task(String name) {
    OptionalLong id = api.parse(IdPrefix.TASK, name);
    return id.isPresent() ? api.engine().store().task(id.getAsLong()) : null;
  }

  /** Returns 404 for a missing task. */
  public static ApiError none(String name) {
    return ApiError.notFound("task: unknown id " + Quoted.of(name));
  }

  /** Answers with a task. */
  public Answer answer(int status, TaskRow row) {
    return Answer.json(
        status,
        json -> {
          json.writeStartObject();
          write(json, row);
          json.writeEndObject();
        });
  }

  /** Writes the properties of a single task. */
  void write(JsonGenerator json, TaskRow row) {
    if (TaskKind.of(row.type()).isPresent()) {
      writeListed(json, row);
    } else {
      head(json, row);
      Json.raw(json, "data", row.data()); // a stored result
    }
  }

  /** Writes the properties of a task in a list, without its result, which may be large. */
  public void writeListed(JsonGenerator json, TaskRow row) {
    head(json, row);
    json.writeObjectPropertyStart("data");
    TaskKind.of(row.type()).ifPresent(kind -> data(json, kind, row));
    json.writeEndObject();
  }

  private void head(JsonGenerator json, TaskRow row) {
    json.writeStringProperty("id", api.id(IdPrefix.TASK, row.id()));
    json.writeStringProperty("status", row.status());
    json.writeStringProperty("task", row.type());
    Json.time(json, "updatedAt", row.updated());
  }

  // ---- results -------------------------------------------------------------------------------

  /** Returns a result that can be stored; throws 400 if it is too large. */
  public static String result(Consumer<JsonGenerator> write) {
    byte[] result =
        Answer.json(
                200,
                json -> {
                  json.writeStartObject();
                  write.accept(json);
                  json.writeEndObject();
                })
            .body();
    if (result.length > MOST_RESULT) {
      throw ApiError.badRequest(
          "the result has " + result.length + " bytes, more than the limit of " + MOST_RESULT);
    }
    return new String(result, StandardCharsets.UTF_8);
  }

  /** Stores a result as a finished task, and answers 202 with the task, without the result. */
  public Answer keep(Call call, String type, String result, Consumer<JsonGenerator> more) {
    long environment = call.caller().environment();
    return api.change(
        call,
        api.engine().tasks(),
        Tasks::once,
        TaskRow.class,
        keeper -> keeper.keep(environment, type, result),
        row ->
            Answer.json(
                202,
                json -> {
                  json.writeStartObject();
                  head(json, row);
                  more.accept(json);
                  json.writeEndObject();
                }));
  }

  // ---- progress ------------------------------------------------------------------------------

  private void data(JsonGenerator json, TaskKind kind, TaskRow row) {
    TaskData data = TaskData.of(row);
    if (row.application() != 0) {
      json.writeStringProperty("appId", api.id(IdPrefix.APPLICATION, row.application()));
    }
    if (data.order().endpoint() != 0) {
      json.writeStringProperty("endpointId", api.id(IdPrefix.ENDPOINT, data.order().endpoint()));
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
      json.writeStringProperty("appId", api.id(IdPrefix.APPLICATION, sent.application()));
      json.writeStringProperty("msgId", api.id(IdPrefix.MESSAGE, sent.message()));
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
