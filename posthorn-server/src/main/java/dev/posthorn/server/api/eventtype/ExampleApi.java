package dev.posthorn.server.api.eventtype;

import static dev.posthorn.server.http.Operation.Access.APPLICATION;

import dev.posthorn.internal.engine.base.SendRequest;
import dev.posthorn.internal.engine.task.Deliveries;
import dev.posthorn.internal.rules.NumberRange;
import dev.posthorn.internal.rules.Quoted;
import dev.posthorn.server.api.common.ApiSupport;
import dev.posthorn.server.api.common.Json;
import dev.posthorn.server.api.common.OperationBuilder;
import dev.posthorn.server.api.message.MessageView;
import dev.posthorn.server.auth.Principal;
import dev.posthorn.server.http.Answer;
import dev.posthorn.server.http.ApiError;
import dev.posthorn.server.http.Call;
import dev.posthorn.server.http.Fields;
import dev.posthorn.server.http.Operation;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EventTypeRow;
import dev.posthorn.spi.store.rows.MessageRow;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * Sends examples of event types to one endpoint as tests: immediately and only once, regardless of
 * the endpoint's filters, even if it is disabled, and without affecting its health.
 */
public final class ExampleApi {
  private static final NumberRange INDEX = new NumberRange(0, 1_000_000);

  /** Event type that clients send to check an endpoint; it does not have to exist. */
  private static final String PING = "svix.ping";

  private static final String PING_PAYLOAD = "{\"success\": true}";

  private final ApiSupport api;
  private final MessageView view;

  public ExampleApi(ApiSupport api) {
    this.api = api;
    this.view = new MessageView(api);
  }

  public List<Operation> operations() {
    OperationBuilder operations = new OperationBuilder("Endpoint");
    return List.of(
        operations
            .post(
                "/api/v1/app/{app_id}/endpoint/{endpoint_id}/send-example",
                "v1.endpoint.send-example",
                "Sends an example of an event type to it.")
            .query(OperationBuilder.IDEMPOTENCY)
            .accepts("EventExampleIn")
            .returns(200, "MessageOut")
            .to(APPLICATION, this::send),
        new OperationBuilder("Event Type")
            .get(
                "/api/v1/event-type/{event_type_name}/example",
                "v1.event-type.get-example",
                "Returns the schema of an event type and an example.")
            .returns(200, "EventTypeExampleOut")
            .to(APPLICATION, this::look));
  }

  private Answer send(Call call) {
    ApplicationRow application = api.application(call);
    EndpointRow endpoint = api.endpoint(call, application);
    Fields fields = call.fields();
    String type = fields.name("eventType");
    String payload = type.equals(PING) ? PING_PAYLOAD : example(call, application, type, fields);
    SendRequest request =
        new SendRequest(
            application.id(),
            type,
            List.of(),
            "application/json",
            payload.getBytes(StandardCharsets.UTF_8),
            SendRequest.Options.NONE);
    return api.change(
        call,
        api.engine().deliveries(),
        Deliveries::once,
        MessageRow.class,
        deliveries -> deliveries.beginTest(request, endpoint.id()),
        this::answer);
  }

  private Answer look(Call call) {
    EventTypeRow row = type(call, call.caller().environment(), call.path("event_type_name"));
    JsonNode schema = ExamplePayload.schema(row.schemas());
    JsonNode example = ExamplePayload.first(schema);
    return Answer.json(
        200,
        json -> {
          json.writeStartObject();
          json.writeStringProperty("eventType", row.name());
          Json.raw(json, "schema", schema == null ? null : schema.toString());
          Json.raw(json, "example", example.toString());
          json.writeEndObject();
        });
  }

  private EventTypeRow type(Call call, long environment, String name) {
    EventTypeRow row = api.engine().registry().eventType(environment, name);
    if (row == null || !Principal.of(call).sees(row)) {
      throw ApiError.notFound("event type: unknown name " + Quoted.of(name));
    }
    return row;
  }

  private String example(Call call, ApplicationRow application, String type, Fields fields) {
    fields.refuseNull("exampleIndex");
    Long index = fields.numberOrNull("exampleIndex", INDEX);
    EventTypeRow row = type(call, application.environment(), type);
    JsonNode schema = ExamplePayload.schema(row.schemas());
    return ExamplePayload.of(schema, index == null ? 0 : index.intValue(), fields).toString();
  }

  private Answer answer(MessageRow message) {
    return view.answer(
        200,
        MessageView.Head.of(message),
        new MessageView.Content(message.contentType(), message.body(), true),
        json -> {});
  }
}
