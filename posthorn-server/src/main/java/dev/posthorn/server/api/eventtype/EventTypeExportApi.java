package dev.posthorn.server.api.eventtype;

import static dev.posthorn.server.http.Operation.Access.ENVIRONMENT;

import dev.posthorn.server.api.common.ApiSupport;
import dev.posthorn.server.api.common.Json;
import dev.posthorn.server.api.common.OperationBuilder;
import dev.posthorn.server.api.common.TaskView;
import dev.posthorn.server.http.Answer;
import dev.posthorn.server.http.Call;
import dev.posthorn.server.http.Operation;
import dev.posthorn.spi.store.rows.EventTypeRow;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/** Exports event types as an OpenAPI document. */
public final class EventTypeExportApi {
  private static final String PATH = "/api/v1/event-type/export/openapi";

  private final ApiSupport api;
  private final TaskView tasks;

  public EventTypeExportApi(ApiSupport api) {
    this.api = api;
    this.tasks = new TaskView(api);
  }

  public List<Operation> operations() {
    OperationBuilder operations = new OperationBuilder("Event Type");
    return List.of(
        operations
            .get(
                PATH,
                "v1.event-type.get-openapi",
                "Exports the event types as an OpenAPI document.")
            .returns(200, "OpenApiDocument")
            .to(ENVIRONMENT, this::give),
        operations
            .post(
                PATH,
                "v1.event-type.export-openapi",
                "Keeps the event types as an OpenAPI document, which is the task's result.")
            .query(OperationBuilder.IDEMPOTENCY)
            .returns(202, "ExportEventTypeOut")
            .to(ENVIRONMENT, this::keep));
  }

  private Answer give(Call call) {
    List<EventTypeRow> rows = rows(call);
    return Answer.json(
        200,
        json -> {
          json.writeStartObject();
          write(json, rows);
          json.writeEndObject();
        });
  }

  private Answer keep(Call call) {
    List<EventTypeRow> rows = rows(call);
    String result =
        TaskView.result(
            json -> {
              json.writeObjectPropertyStart("openapi");
              write(json, rows);
              json.writeEndObject();
            });
    return tasks.keep(call, "sdk.generate", result, json -> {});
  }

  private List<EventTypeRow> rows(Call call) {
    return api.engine().registry().eventTypes(call.caller().environment()).stream()
        .filter(row -> !row.archived())
        .toList();
  }

  private static void write(JsonGenerator json, List<EventTypeRow> rows) {
    json.writeStringProperty("openapi", "3.1.0");
    json.writeObjectPropertyStart("info");
    json.writeStringProperty("title", "Event types");
    json.writeStringProperty("version", "1");
    json.writeEndObject();
    json.writeObjectPropertyStart("webhooks");
    rows.forEach(row -> writeWebhook(json, row));
    json.writeEndObject();
  }

  private static void writeWebhook(JsonGenerator json, EventTypeRow row) {
    json.writeObjectPropertyStart(row.name());
    json.writeObjectPropertyStart("post");
    json.writeStringProperty("description", row.description());
    if (row.deprecated()) {
      json.writeBooleanProperty("deprecated", true);
    }
    String group = row.groupName();
    if (group != null) {
      Json.list(json, "tags", List.of(group));
    }
    JsonNode schema = ExamplePayload.schema(row.schemas());
    if (schema != null) {
      json.writeObjectPropertyStart("requestBody");
      json.writeObjectPropertyStart("content");
      json.writeObjectPropertyStart("application/json");
      // The references of a schema are relative to the schema itself.
      Json.raw(json, "schema", schema.toString());
      json.writeEndObject();
      json.writeEndObject();
      json.writeEndObject();
    }
    json.writeObjectPropertyStart("responses");
    json.writeObjectPropertyStart("2XX");
    json.writeStringProperty("description", "The message was received.");
    json.writeEndObject();
    json.writeEndObject();
    json.writeEndObject();
    json.writeEndObject();
  }
}
