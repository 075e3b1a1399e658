package dev.posthorn.server.api.message;

import static dev.posthorn.server.http.Operation.Access.ENVIRONMENT;

import dev.posthorn.internal.engine.base.SendRequest;
import dev.posthorn.internal.engine.task.Deliveries;
import dev.posthorn.internal.engine.task.Tasks;
import dev.posthorn.internal.rules.NameRules;
import dev.posthorn.internal.rules.RequestRules;
import dev.posthorn.server.api.common.ApiSupport;
import dev.posthorn.server.api.common.OperationBuilder;
import dev.posthorn.server.api.common.TaskView;
import dev.posthorn.server.http.Answer;
import dev.posthorn.server.http.Call;
import dev.posthorn.server.http.Fields;
import dev.posthorn.server.http.Operation;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.spi.store.rows.TaskRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Operations on many messages at once: sending to all applications and removing payloads. */
public final class ManyMessagesApi {
  private static final String ALL = "/api/v1/app/{app_id}/msg";

  private final ApiSupport api;
  private final TaskView tasks;

  public ManyMessagesApi(ApiSupport api) {
    this.api = api;
    this.tasks = new TaskView(api);
  }

  public List<Operation> operations() {
    OperationBuilder operations = new OperationBuilder("Message");
    return List.of(
        operations
            .post(
                "/api/v1/msg/broadcast",
                "v1.message.broadcast",
                "Sends a message to every application there is, in the background.")
            .query(OperationBuilder.IDEMPOTENCY)
            .accepts("MessageBroadcastIn", Operation.Body.MESSAGE)
            .returns(202, "BackgroundTaskOut")
            .to(ENVIRONMENT, this::broadcast),
        operations
            .post(
                ALL + "/bulk-expunge",
                "v1.message.bulk-expunge-content",
                "Removes the payloads of some messages permanently.")
            .query(OperationBuilder.IDEMPOTENCY)
            .accepts("BulkExpungeContentsIn")
            .returns(200, "BulkExpungeContentsOut")
            .to(ENVIRONMENT, this::expunge),
        operations
            .post(
                ALL + "/expunge-all-contents",
                "v1.message.expunge-all-contents",
                "Starts a task that removes the payloads of all messages permanently.")
            .query(OperationBuilder.IDEMPOTENCY)
            .returns(202, "BackgroundTaskOut")
            .to(ENVIRONMENT, this::purge));
  }

  private Answer broadcast(Call call) {
    MessageInput input = MessageInput.read(call.body());
    api.requireKnownType(call, String.valueOf(input.eventType));
    SendRequest message =
        new SendRequest(
            0,
            Objects.requireNonNull(input.eventType),
            input.channels,
            input.contentType,
            Objects.requireNonNull(input.payload),
            new SendRequest.Options(input.eventId, input.deliverAt(), 0, null)
                .withPayloadMillis(input.payloadMillis())
                .withTags(input.tags));
    return api.change(
        call,
        api.engine().tasks(),
        Tasks::once,
        TaskRow.class,
        all -> all.broadcast(call.caller().environment(), message),
        task -> tasks.answer(202, task));
  }

  private Answer purge(Call call) {
    ApplicationRow application = api.application(call);
    return api.change(
        call,
        api.engine().tasks(),
        Tasks::once,
        TaskRow.class,
        all -> all.purge(application.id()),
        task -> tasks.answer(202, task));
  }

  private Answer expunge(Call call) {
    ApplicationRow application = api.application(call);
    Fields fields = call.fields();
    fields.refuseNull("ids");
    List<String> names =
        fields.listOrNull("ids", all -> NameRules.NAME.problem(all, RequestRules.MAX_IDS));
    Map<String, Boolean> found = new LinkedHashMap<>();
    List<Long> ids = new ArrayList<>();
    for (String name : names == null ? List.<String>of() : names) {
      MessageRow row = api.messageOrNull(application, name);
      found.put(name, row != null);
      if (row != null) {
        ids.add(row.id());
      }
    }
    return api.change(
        call,
        api.engine().deliveries(),
        Deliveries::once,
        deliveries -> deliveries.expunge(application.id(), ids),
        () -> results(found));
  }

  private static Answer results(Map<String, Boolean> found) {
    return Answer.json(
        200,
        json -> {
          json.writeStartObject();
          json.writeObjectPropertyStart("results");
          found.forEach(
              (name, there) -> json.writeStringProperty(name, there ? "expunged" : "not-found"));
          json.writeEndObject();
          json.writeEndObject();
        });
  }
}
