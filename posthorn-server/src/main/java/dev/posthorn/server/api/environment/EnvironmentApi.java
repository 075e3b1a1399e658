package dev.posthorn.server.api.environment;

import static dev.posthorn.server.http.Operation.Access.ENVIRONMENT;

import dev.posthorn.internal.engine.registry.EventTypeAdmin;
import dev.posthorn.internal.rules.EventTypeRules;
import dev.posthorn.internal.rules.NumberRange;
import dev.posthorn.internal.rules.Quoted;
import dev.posthorn.server.api.common.ApiSupport;
import dev.posthorn.server.api.common.Json;
import dev.posthorn.server.api.common.OperationBuilder;
import dev.posthorn.server.api.eventtype.EventTypeApi;
import dev.posthorn.server.api.eventtype.EventTypeInput;
import dev.posthorn.server.http.Answer;
import dev.posthorn.server.http.Call;
import dev.posthorn.server.http.Fields;
import dev.posthorn.server.http.Operation;
import dev.posthorn.spi.store.rows.EnvironmentRow;
import dev.posthorn.spi.store.rows.EventTypeRow;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Environments: their settings, retention, export and import. */
public final class EnvironmentApi {
  private static final String SETTINGS = "/api/v1/management/environment-settings";
  private static final String SETTINGS_ID = "v1.management.environment-settings";
  private static final String RETENTION = "/api/v1/environment/retention";

  private final ApiSupport api;
  private final EnvironmentSettings settings;

  public EnvironmentApi(ApiSupport api) {
    this.api = api;
    this.settings = new EnvironmentSettings(api.engine().options());
  }

  public List<Operation> operations() {
    OperationBuilder operations = new OperationBuilder("Environment");
    return List.of(
        operations
            .get(
                "/api/v1/environment/settings",
                "v1.environment.get-settings",
                "Returns the settings.")
            .returns(200, "EnvironmentSettingsOut")
            .to(ENVIRONMENT, call -> json(settings.shown())),
        operations
            .get(SETTINGS, SETTINGS_ID + ".get", "Returns all settings.")
            .returns(200, "SettingsInternalOut")
            .to(ENVIRONMENT, call -> json(settings.all())),
        operations
            .put(SETTINGS, SETTINGS_ID + ".update", "Checks settings against their current values.")
            .accepts("SettingsInternalIn")
            .returns(200, "SettingsInternalOut")
            .to(ENVIRONMENT, this::check),
        operations
            .patch(
                SETTINGS, SETTINGS_ID + ".patch", "Checks settings against their current values.")
            .accepts("SettingsInternalIn")
            .returns(200, "SettingsInternalOut")
            .to(ENVIRONMENT, this::check),
        operations
            .get(RETENTION, "v1.environment.get-retention", "Returns the retention of messages.")
            .returns(200, "RetentionOut")
            .to(ENVIRONMENT, this::retention),
        operations
            .put(RETENTION, "v1.environment.set-retention", "Sets the retention of messages.")
            .accepts("RetentionIn")
            .returns(200, "RetentionOut")
            .to(ENVIRONMENT, this::retain),
        operations
            .post(
                "/api/v1/environment/export",
                "v1.environment.export",
                "Exports the event types and settings.")
            .query(OperationBuilder.IDEMPOTENCY)
            .returns(200, "EnvironmentOut")
            .to(ENVIRONMENT, this::give),
        operations
            .post(
                "/api/v1/environment/import",
                "v1.environment.import",
                "Creates and replaces event types; removes nothing.")
            .query(OperationBuilder.IDEMPOTENCY)
            .accepts("EnvironmentIn", Operation.Body.DOCUMENT)
            .returns(204, null)
            .to(ENVIRONMENT, this::take));
  }

  // ---- settings ------------------------------------------------------------------------------

  private static Answer json(String text) {
    return Answer.jsonBytes(200, text.getBytes(StandardCharsets.UTF_8));
  }

  private Answer check(Call call) {
    settings.requireSame(call.fields());
    return json(settings.all());
  }

  // ---- retention -----------------------------------------------------------------------------

  private Answer retention(Call call) {
    long environment = call.caller().environment();
    return retention(
        Objects.requireNonNull(api.engine().environmentAdmin().environment(environment)));
  }

  private Answer retain(Call call) {
    Long hours = call.fields().numberOrNull("retentionHours", new NumberRange(1, serverHours()));
    long millis = hours == null ? 0 : Duration.ofHours(hours).toMillis();
    return retention(
        api.done(api.engine().environmentAdmin().retain(call.caller().environment(), millis)));
  }

  private Answer retention(EnvironmentRow row) {
    int hours = Math.toIntExact(Duration.ofMillis(row.retentionMillis()).toHours());
    return Answer.json(
        200,
        json -> {
          json.writeStartObject();
          Json.positiveOrNull(json, "retentionHours", hours);
          json.writeNumberProperty("serverRetentionHours", serverHours());
          json.writeEndObject();
        });
  }

  private long serverHours() {
    return Duration.ofMillis(api.engine().options().retentionMillis()).toHours();
  }

  // ---- export and import ---------------------------------------------------------------------

  private Answer give(Call call) {
    List<EventTypeRow> rows = api.engine().registry().eventTypes(call.caller().environment());
    return Answer.json(
        200,
        json -> {
          json.writeStartObject();
          json.writeNumberProperty("version", 1);
          Json.time(json, "createdAt", api.engine().millis());
          json.writeArrayPropertyStart("eventTypes");
          for (EventTypeRow row : rows) {
            json.writeStartObject();
            EventTypeApi.write(json, row, true);
            json.writeEndObject();
          }
          json.writeEndArray();
          Json.raw(json, "settings", settings.all());
          json.writeArrayPropertyStart("connectors");
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  private Answer take(Call call) {
    Fields fields = call.importedFields();
    Fields given = fields.fieldsOrNull("settings");
    if (given != null) {
      settings.requireSame(given);
    }
    List<Fields> connectors = fields.objectsOrNull("connectors", EventTypeRules.MAX_EVENT_TYPES);
    if (connectors != null && !connectors.isEmpty()) {
      throw fields.invalid("connectors", "are not supported by Posthorn; leave them out");
    }
    Map<String, EventTypeInput> types = types(fields);
    long environment = call.caller().environment();
    long now = api.engine().millis();
    return api.change(
        call,
        api.engine().eventTypeAdmin(),
        EventTypeAdmin::once,
        admin ->
            admin.editAll(
                environment,
                types.keySet(),
                (name, before) ->
                    Objects.requireNonNull(types.get(name)).row(environment, name, before, now)),
        () -> Answer.empty(204));
  }

  private static Map<String, EventTypeInput> types(Fields fields) {
    Map<String, EventTypeInput> types = new LinkedHashMap<>();
    List<Fields> given = fields.objectsOrNull("eventTypes", EventTypeRules.MAX_EVENT_TYPES);
    for (Fields one : given == null ? List.<Fields>of() : given) {
      String name = one.name("name");
      if (types.put(name, EventTypeInput.whole(one)) != null) {
        throw one.invalid("name", "appears twice in the list: " + Quoted.of(name));
      }
    }
    return types;
  }
}
