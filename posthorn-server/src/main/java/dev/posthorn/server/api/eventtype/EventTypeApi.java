package dev.posthorn.server.api.eventtype;

import static dev.posthorn.server.http.Operation.Access.APPLICATION;
import static dev.posthorn.server.http.Operation.Access.ENVIRONMENT;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.internal.engine.registry.EventTypeAdmin;
import dev.posthorn.internal.engine.registry.Put;
import dev.posthorn.internal.rules.NameRules;
import dev.posthorn.internal.rules.Quoted;
import dev.posthorn.server.api.common.ApiSupport;
import dev.posthorn.server.api.common.Json;
import dev.posthorn.server.api.common.NamePaging;
import dev.posthorn.server.api.common.OperationBuilder;
import dev.posthorn.server.api.common.RetrySchedules;
import dev.posthorn.server.auth.Principal;
import dev.posthorn.server.http.Answer;
import dev.posthorn.server.http.ApiError;
import dev.posthorn.server.http.Call;
import dev.posthorn.server.http.Fields;
import dev.posthorn.server.http.Operation;
import dev.posthorn.spi.store.rows.EventTypeRow;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import tools.jackson.core.JsonGenerator;

/**
 * Event types: the kinds of events that an environment's customers can receive.
 *
 * <p>A token of an application sees only event types without feature flags and those with a flag
 * that the token has.
 */
public final class EventTypeApi {
  private static final String ALL = "/api/v1/event-type";
  private static final String ONE = ALL + "/{event_type_name}";

  private final ApiSupport api;

  public EventTypeApi(ApiSupport api) {
    this.api = api;
  }

  public List<Operation> operations() {
    OperationBuilder operations = new OperationBuilder("Event Type");
    return List.of(
        operations
            .get(ALL, "v1.event-type.list", "Lists the event types.")
            .query(
                OperationBuilder.LIMIT,
                OperationBuilder.ITERATOR,
                OperationBuilder.ORDER,
                OperationBuilder.flag("include_archived", "Include archived event types"),
                OperationBuilder.flag("with_content", "Include schemas"))
            .returns(200, "ListResponse_EventTypeOut_")
            .to(APPLICATION, this::list),
        operations
            .post(
                ALL, "v1.event-type.create", "Creates an event type, or restores an archived one.")
            .query(OperationBuilder.IDEMPOTENCY)
            .accepts("EventTypeIn", Operation.Body.DOCUMENT)
            .returns(201, "EventTypeOut")
            .to(ENVIRONMENT, this::create),
        operations
            .get(ONE, "v1.event-type.get", "Returns an event type.")
            .returns(200, "EventTypeOut")
            .to(APPLICATION, call -> answer(200, row(call))),
        operations
            .put(ONE, "v1.event-type.upsert", "Replaces or creates an event type.")
            .accepts("EventTypeUpsertIn", Operation.Body.DOCUMENT)
            .returns(200, "EventTypeOut")
            .returns(201, "EventTypeOut")
            .to(ENVIRONMENT, this::replace),
        operations
            .patch(ONE, "v1.event-type.patch", "Updates some fields of an event type.")
            .accepts("EventTypePatch", Operation.Body.DOCUMENT)
            .returns(200, "EventTypeOut")
            .to(ENVIRONMENT, this::patch),
        operations
            .delete(
                ONE, "v1.event-type.delete", "Archives an event type, or removes it permanently.")
            .query(
                OperationBuilder.flag("expunge", "Remove the event type instead of archiving it"))
            .returns(204, null)
            .to(ENVIRONMENT, this::delete),
        operations
            .get(
                ONE + "/retry-schedule",
                "v1.event-type.get-retry-schedule",
                "Returns the retry schedule of an event type.")
            .returns(200, "RetryScheduleInOut")
            .to(ENVIRONMENT, call -> schedule(row(call))),
        operations
            .put(
                ONE + "/retry-schedule",
                "v1.event-type.set-retry-schedule",
                "Sets the retry schedule of an event type.")
            .accepts("RetryScheduleInOut")
            .returns(200, "RetryScheduleInOut")
            .to(ENVIRONMENT, this::setSchedule));
  }

  private EventTypeAdmin admin() {
    return api.engine().eventTypeAdmin();
  }

  private long now() {
    return api.engine().millis();
  }

  private EventTypeRow row(Call call) {
    String name = call.path("event_type_name");
    EventTypeRow row = api.engine().registry().eventType(call.caller().environment(), name);
    if (row == null || !Principal.of(call).sees(row)) {
      throw ApiError.notFound(missing(name));
    }
    return row;
  }

  private static String missing(String name) {
    return "event type: unknown name " + Quoted.of(name);
  }

  private Answer list(Call call) {
    NamePaging paging = NamePaging.of(call.query());
    boolean archived = call.query().flag("include_archived", false);
    boolean content = call.query().flag("with_content", false);
    List<EventTypeRow> rows =
        api.engine()
            .registry()
            .eventTypes(
                call.caller().environment(),
                paging.from(),
                paging.readDescending(),
                row -> (archived || !row.archived()) && Principal.of(call).sees(row),
                paging.readLimit());
    return paging.answer(rows, EventTypeRow::name, (json, row) -> write(json, row, content));
  }

  private Answer create(Call call) {
    Fields fields = call.fields();
    String name = fields.name("name");
    EventTypeInput input = EventTypeInput.whole(fields);
    long environment = call.caller().environment();
    return api.change(
        call,
        admin(),
        EventTypeAdmin::once,
        EventTypeRow.class,
        admin ->
            admin.edit(
                environment,
                name,
                before -> {
                  if (before != null && !before.archived()) {
                    throw new PosthornException(
                        Reason.CONFLICT,
                        "name: "
                            + Quoted.of(name)
                            + " is already an event type; change it with PUT");
                  }
                  return input.row(environment, name, before, now());
                }),
        row -> answer(201, row));
  }

  private Answer replace(Call call) {
    String name = call.path("event_type_name");
    if (!NameRules.NAME.allows(name)) {
      throw ApiError.notFound(missing(name));
    }
    EventTypeInput input = EventTypeInput.whole(call.fields());
    long environment = call.caller().environment();
    Put<EventTypeRow> put =
        api.done(
            admin().put(environment, name, before -> input.row(environment, name, before, now())));
    return answer(put.created() ? 201 : 200, put.row());
  }

  private Answer patch(Call call) {
    EventTypeRow row = row(call);
    EventTypeInput input = EventTypeInput.change(call.fields());
    return answer(200, api.done(edit(row, before -> input.applied(before, now()))));
  }

  /** Changes an existing event type. */
  private CompletableFuture<EventTypeRow> edit(
      EventTypeRow row, UnaryOperator<EventTypeRow> change) {
    return admin()
        .edit(
            row.environment(),
            row.name(),
            before -> {
              if (before == null) {
                throw new PosthornException(Reason.NOT_FOUND, missing(row.name()));
              }
              return change.apply(before);
            });
  }

  private Answer delete(Call call) {
    EventTypeRow row = row(call);
    if (call.query().flag("expunge", false)) {
      var unused = api.done(admin().remove(row.environment(), row.name()));
    } else {
      var unused = api.done(edit(row, before -> archived(before, now())));
    }
    return Answer.empty(204);
  }

  /** Returns an archived copy of an event type. */
  static EventTypeRow archived(EventTypeRow before, long now) {
    return new EventTypeInput(null, true, null, null, null, null).applied(before, now);
  }

  // ---- the retry schedule --------------------------------------------------------------------

  private Answer setSchedule(Call call) {
    EventTypeRow row = row(call);
    List<Long> waits = RetrySchedules.read(call.fields());
    return schedule(api.done(edit(row, before -> before.changed(now()).retryWaits(waits).build())));
  }

  private static Answer schedule(EventTypeRow row) {
    return Answer.json(
        200,
        json -> {
          json.writeStartObject();
          List<Long> waits = row.retryWaits();
          if (waits != null) {
            RetrySchedules.writeDurations(json, waits);
          }
          json.writeEndObject();
        });
  }

  // ---- answers -------------------------------------------------------------------------------

  private static Answer answer(int status, EventTypeRow row) {
    return Answer.json(
        status,
        json -> {
          json.writeStartObject();
          write(json, row, true);
          json.writeEndObject();
        });
  }

  /** Writes an event type's properties. */
  public static void write(JsonGenerator json, EventTypeRow row, boolean content) {
    json.writeStringProperty("name", row.name());
    json.writeStringProperty("description", row.description());
    Json.raw(json, "schemas", content ? row.schemas() : null);
    json.writeBooleanProperty("archived", row.archived());
    json.writeBooleanProperty("deprecated", row.deprecated());
    Json.listOrNull(json, "featureFlags", row.featureFlags());
    Json.text(json, "featureFlag", row.featureFlags().isEmpty() ? null : row.featureFlags().get(0));
    Json.text(json, "groupName", row.groupName());
    Json.time(json, "createdAt", row.created());
    Json.time(json, "updatedAt", row.updated());
  }
}
