package dev.posthorn.server.api.eventtype;

import static dev.posthorn.server.http.Operation.Access.ENVIRONMENT;

import dev.posthorn.internal.engine.registry.EventTypeAdmin;
import dev.posthorn.server.api.common.ApiSupport;
import dev.posthorn.server.api.common.Json;
import dev.posthorn.server.api.common.OperationBuilder;
import dev.posthorn.server.http.Answer;
import dev.posthorn.server.http.ApiError;
import dev.posthorn.server.http.Call;
import dev.posthorn.server.http.Fields;
import dev.posthorn.server.http.Operation;
import dev.posthorn.spi.store.rows.EventTypeRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLParser;

/** Imports event types from an OpenAPI document. */
public final class EventTypeImportApi {
  /**
   * Holder of the YAML parser, which also reads JSON; created lazily, because few servers need it.
   */
  private static final class Yaml {
    static final YAMLMapper MAPPER = new YAMLMapper();
  }

  private final ApiSupport api;

  public EventTypeImportApi(ApiSupport api) {
    this.api = api;
  }

  public List<Operation> operations() {
    OperationBuilder operations = new OperationBuilder("Event Type");
    return List.of(
        operations
            .post(
                "/api/v1/event-type/import/openapi",
                "v1.event-type.import-openapi",
                "Creates and changes event types as an OpenAPI document has them.")
            .query(OperationBuilder.IDEMPOTENCY)
            .accepts("EventTypeImportOpenApiIn", Operation.Body.DOCUMENT)
            .returns(200, "EventTypeImportOpenApiOut")
            .to(ENVIRONMENT, this::take));
  }

  // ---- import --------------------------------------------------------------------------------

  private Answer take(Call call) {
    Fields fields = call.importedFields();
    fields.refuseNull("dryRun", "replaceAll");
    NavigableMap<String, EventTypeInput> types = new OpenApiWebhooks(spec(fields)).read();
    if (fields.flag("dryRun", false)) {
      return answer(List.of(), types);
    }
    long environment = call.caller().environment();
    List<String> names = new ArrayList<>(types.keySet());
    if (fields.flag("replaceAll", false)) {
      api.engine().registry().eventTypes(environment).stream()
          .filter(row -> !row.archived() && !types.containsKey(row.name()))
          .forEach(row -> names.add(row.name()));
    }
    return api.change(
        call,
        api.engine().eventTypeAdmin(),
        EventTypeAdmin::once,
        admin ->
            admin.editAll(
                environment, names, (name, before) -> edited(environment, name, before, types)),
        () -> answer(names, null));
  }

  private EventTypeRow edited(
      long environment,
      String name,
      @Nullable EventTypeRow before,
      Map<String, EventTypeInput> types) {
    EventTypeInput input = types.get(name);
    long now = api.engine().millis();
    if (before == null) {
      EventTypeInput whole =
          input == null ? new EventTypeInput(null, true, null, null, null, null) : input;
      return whole.row(environment, name, null, now);
    }
    return input == null ? EventTypeApi.archived(before, now) : input.applied(before, now);
  }

  private static JsonNode spec(Fields fields) {
    String raw = fields.textOrNull("specRaw");
    JsonNode spec = fields.node("spec");
    if ((raw == null) == (spec == null)) {
      throw ApiError.badRequest("send either spec (an object) or specRaw (JSON or YAML as text)");
    }
    String name = raw == null ? "spec" : "specRaw";
    try {
      JsonNode read = raw == null ? spec : yaml(raw, fields);
      if (read != null && read.isObject()) {
        return read;
      }
    } catch (JacksonException e) {
      throw fields.invalid(name, "is neither JSON nor YAML");
    }
    throw fields.invalid(name, "must be an OpenAPI document");
  }

  private static JsonNode yaml(String text, Fields fields) {
    try (JsonParser parser = Yaml.MAPPER.createParser(text)) {
      while (parser.nextToken() != null) {
        // An alias stands for a copy, and copies of copies grow without limit.
        if (parser instanceof YAMLParser yaml && yaml.isCurrentAlias()) {
          throw fields.invalid(
              "specRaw", "contains a YAML alias; write out the value that it stands for");
        }
      }
    }
    return Yaml.MAPPER.readTree(text);
  }

  private static Answer answer(
      List<String> modified, @Nullable Map<String, EventTypeInput> toModify) {
    return Answer.json(
        200,
        json -> {
          json.writeStartObject();
          json.writeObjectPropertyStart("data");
          Json.list(json, "modified", modified);
          if (toModify != null) {
            json.writeArrayPropertyStart("to_modify");
            toModify.forEach((name, input) -> write(json, name, input));
            json.writeEndArray();
          }
          json.writeEndObject();
          json.writeEndObject();
        });
  }

  private static void write(JsonGenerator json, String name, EventTypeInput input) {
    EventTypeRow row = input.row(0, name, null, 0);
    json.writeStartObject();
    json.writeStringProperty("name", name);
    json.writeStringProperty("description", row.description());
    Json.raw(json, "schemas", row.schemas());
    json.writeBooleanProperty("deprecated", row.deprecated());
    Json.text(json, "groupName", row.groupName());
    json.writeNullProperty("featureFlags");
    json.writeEndObject();
  }
}
