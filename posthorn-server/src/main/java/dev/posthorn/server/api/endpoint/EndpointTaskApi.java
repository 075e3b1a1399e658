package dev.posthorn.server.api.endpoint;

import static dev.posthorn.server.http.Operation.Access.APPLICATION;

import dev.posthorn.internal.engine.task.TaskData;
import dev.posthorn.internal.engine.task.TaskKind;
import dev.posthorn.internal.engine.task.TaskOrder;
import dev.posthorn.internal.engine.task.Tasks;
import dev.posthorn.internal.rules.EndpointRules;
import dev.posthorn.internal.rules.RequestRules;
import dev.posthorn.server.api.common.ApiSupport;
import dev.posthorn.server.api.common.OperationBuilder;
import dev.posthorn.server.api.common.Statuses;
import dev.posthorn.server.api.common.TaskView;
import dev.posthorn.server.http.Answer;
import dev.posthorn.server.http.Call;
import dev.posthorn.server.http.Fields;
import dev.posthorn.server.http.Operation;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.TaskRow;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Background tasks on many deliveries of an endpoint. */
public final class EndpointTaskApi {
  private static final String ONE = "/api/v1/app/{app_id}/endpoint/{endpoint_id}";
  private static final int RECOVERED_DAYS = 14;

  /** Tolerance for a client's clock: its "14 days ago" may be slightly earlier. */
  private static final Duration CLOCKS = Duration.ofMinutes(5);

  private final ApiSupport api;
  private final TaskView view;

  public EndpointTaskApi(ApiSupport api) {
    this.api = api;
    this.view = new TaskView(api);
  }

  public List<Operation> operations() {
    OperationBuilder operations = new OperationBuilder("Endpoint");
    return List.of(
        operations
            .post(
                ONE + "/recover",
                "v1.endpoint.recover",
                "Starts a task that delivers failed messages again, once each.")
            .query(OperationBuilder.IDEMPOTENCY)
            .accepts("RecoverIn")
            .returns(202, "BackgroundTaskOut")
            .to(APPLICATION, call -> begin(call, TaskKind.RECOVER, this::recent)),
        operations
            .post(
                ONE + "/replay-missing",
                "v1.endpoint.replay-missing",
                "Starts a task that delivers messages that match the endpoint's filters but were"
                    + " never sent to it.")
            .query(OperationBuilder.IDEMPOTENCY)
            .accepts("ReplayIn")
            .returns(202, "BackgroundTaskOut")
            .to(APPLICATION, call -> begin(call, TaskKind.REPLAY_MISSING, this::span)),
        operations
            .post(
                ONE + "/bulk-replay",
                "v1.endpoint.bulk-replay",
                "Starts a task that delivers messages to the endpoint again.")
            .query(OperationBuilder.IDEMPOTENCY)
            .accepts("BulkReplayIn")
            .returns(202, "BackgroundTaskOut")
            .to(APPLICATION, call -> begin(call, TaskKind.BULK_REPLAY, this::filtered)),
        count(operations, "recover", "RecoverIn", TaskKind.RECOVER, this::recent),
        count(operations, "replay-missing", "ReplayIn", TaskKind.REPLAY_MISSING, this::span),
        count(operations, "bulk-replay", "BulkReplayIn", TaskKind.BULK_REPLAY, this::filtered),
        operations
            .post(
                ONE + "/cancel-msgs",
                "v1.endpoint.cancel-msgs",
                "Cancels what waits and was sent before a time.")
            .query(OperationBuilder.IDEMPOTENCY)
            .accepts("CancelMsgsIn")
            .returns(204, null)
            .to(
                APPLICATION,
                call -> begin(call, TaskKind.CANCEL, this::before, task -> Answer.empty(204))),
        operations
            .post(
                ONE + "/cancel-all",
                "v1.endpoint.cancel-all",
                "Cancels all deliveries that are waiting now.")
            .query(OperationBuilder.IDEMPOTENCY)
            .returns(202, "CancellationOut")
            .to(
                APPLICATION,
                call -> begin(call, TaskKind.CANCEL, (endpoint, fields) -> all(endpoint))),
        operations
            .get(
                ONE + "/cancel-all/{task_id}",
                "v1.endpoint.get-cancellation",
                "Returns the progress of a cancellation of waiting deliveries.")
            .returns(200, "CancellationOut")
            .to(APPLICATION, this::cancellation));
  }

  /** Returns the operation that counts what a task would do. */
  private Operation count(
      OperationBuilder operations,
      String task,
      String schema,
      TaskKind kind,
      BiFunction<EndpointRow, Fields, TaskOrder> order) {
    return operations
        .post(
            ONE + "/" + task + "/count",
            "v1.endpoint.count-" + task,
            "Counts the deliveries that " + task + " would start, without starting any.")
        .accepts(schema)
        .returns(200, "CountOut")
        .to(APPLICATION, call -> count(call, kind, order));
  }

  private Answer count(Call call, TaskKind kind, BiFunction<EndpointRow, Fields, TaskOrder> order) {
    EndpointRow endpoint = api.endpoint(call, api.application(call));
    Tasks.Count count =
        api.engine().tasks().count(kind, order.apply(endpoint, call.optionalFields()));
    return Answer.json(
        200,
        json -> {
          json.writeStartObject();
          json.writeNumberProperty("count", count.deliveries());
          json.writeBooleanProperty("approximated", !count.complete());
          json.writeEndObject();
        });
  }

  private Answer begin(Call call, TaskKind kind, BiFunction<EndpointRow, Fields, TaskOrder> order) {
    return begin(call, kind, order, task -> view.answer(202, task));
  }

  private Answer begin(
      Call call,
      TaskKind kind,
      BiFunction<EndpointRow, Fields, TaskOrder> read,
      Function<TaskRow, Answer> answer) {
    EndpointRow endpoint = api.endpoint(call, api.application(call));
    TaskOrder order = read.apply(endpoint, call.optionalFields());
    return api.change(
        call,
        api.engine().tasks(),
        Tasks::once,
        TaskRow.class,
        tasks -> tasks.start(kind, order),
        answer);
  }

  private Answer cancellation(Call call) {
    EndpointRow endpoint = api.endpoint(call, api.application(call));
    TaskRow row = view.task(call.path("task_id"));
    if (row == null
        || !row.type().equals(TaskKind.CANCEL.type())
        || TaskData.of(row).order().endpoint() != endpoint.id()) {
      throw TaskView.none(call.path("task_id"));
    }
    return view.answer(200, row);
  }

  // ---- orders --------------------------------------------------------------------------------

  private TaskOrder all(EndpointRow endpoint) {
    return new TaskOrder(endpoint.id(), 0, now());
  }

  private TaskOrder before(EndpointRow endpoint, Fields fields) {
    return new TaskOrder(endpoint.id(), 0, millis(fields, "createdBefore"));
  }

  private TaskOrder span(EndpointRow endpoint, Fields fields) {
    long since = millis(fields, "since");
    long until = fields.hasValue("until") ? millis(fields, "until") : now();
    if (until < since) {
      throw fields.invalid("until", "must not be before since");
    }
    return new TaskOrder(endpoint.id(), since, until);
  }

  private TaskOrder recent(EndpointRow endpoint, Fields fields) {
    TaskOrder span = span(endpoint, fields);
    Duration asked = Duration.ofMillis(span.until() - span.since());
    if (asked.minus(CLOCKS).compareTo(Duration.ofDays(RECOVERED_DAYS)) > 0) {
      throw fields.invalid(
          "since",
          "must be at most "
              + RECOVERED_DAYS
              + " days before until, or now; to deliver earlier failures again, use bulk-replay"
              + " with \"status\":"
              + Statuses.FAIL);
    }
    return span;
  }

  private TaskOrder filtered(EndpointRow endpoint, Fields fields) {
    TaskOrder span = span(endpoint, fields);
    List<String> types = fields.choiceOrNull("eventTypes", EndpointRules::typesProblem);
    Long status = fields.numberOrNull("status", Statuses.RANGE);
    return new TaskOrder(
        endpoint.id(),
        span.since(),
        span.until(),
        new TaskOrder.Filter(
            types == null ? List.of() : types,
            fields.textOrNull("channel", RequestRules.MAX_FILTER),
            fields.textOrNull("tag", RequestRules.MAX_FILTER),
            status == null ? null : Statuses.state(status.intValue()),
            statusClass(fields)));
  }

  private static @Nullable Integer statusClass(Fields fields) {
    Long code = fields.numberOrNull("statusCodeClass", Statuses.CLASSES);
    if (code == null) {
      return null;
    }
    if (code % 100 != 0) {
      throw fields.invalid("statusCodeClass", "must be 0, 100, 200, 300, 400 or 500");
    }
    return (int) (code / 100);
  }

  private long millis(Fields fields, String name) {
    Instant time = fields.time(name);
    Instant last = Instant.ofEpochMilli(now());
    if (time.isBefore(Instant.EPOCH)) {
      return 0;
    }
    return time.isAfter(last) ? last.toEpochMilli() : time.toEpochMilli();
  }

  /** Returns an exclusive end that includes the current millisecond. */
  private long now() {
    return api.engine().millis() + 1;
  }
}
