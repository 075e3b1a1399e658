package dev.posthorn.server.api.console;

import static dev.posthorn.server.http.Operation.Access.ENVIRONMENT;

import dev.posthorn.PosthornException;
import dev.posthorn.internal.engine.task.TaskKind;
import dev.posthorn.internal.engine.task.TaskOrder;
import dev.posthorn.internal.engine.task.Tasks;
import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.internal.rules.Quoted;
import dev.posthorn.internal.rules.RequestRules;
import dev.posthorn.server.api.common.ApiSupport;
import dev.posthorn.server.api.common.Json;
import dev.posthorn.server.api.common.OperationBuilder;
import dev.posthorn.server.http.Answer;
import dev.posthorn.server.http.Call;
import dev.posthorn.server.http.Fields;
import dev.posthorn.server.http.Operation;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.TaskRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Tasks on many endpoints at once: each endpoint gets one of its own. */
public final class BulkApi {
  private static final int MOST = RequestRules.MAX_BULK_ENDPOINTS;
  private static final long DEFAULT_HOURS = 24;
  private static final int MOST_WAITING = 10_000;
  private static final long COUNTING_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final ApiSupport api;

  public BulkApi(ApiSupport api) {
    this.api = api;
  }

  public List<Operation> operations() {
    OperationBuilder operations = new OperationBuilder("Console");
    return List.of(
        operations
            .post(
                "/api/v1/console/bulk",
                "v1.console.bulk",
                "Delivers what failed again, or cancels what waits, for many endpoints: starts a"
                    + " task for each.")
            .accepts("ConsoleBulkIn")
            .returns(202, "ConsoleBulkOut")
            .to(ENVIRONMENT, this::start),
        operations
            .post(
                "/api/v1/console/bulk/count",
                "v1.console.count-bulk",
                "Counts the endpoints and deliveries that such tasks would change, without starting"
                    + " any.")
            .accepts("ConsoleBulkIn")
            .returns(200, "ConsoleBulkCountOut")
            .to(ENVIRONMENT, this::count));
  }

  /** An action and its endpoints. */
  private record Order(TaskKind kind, long since, List<EndpointRow> endpoints) {}

  private record Started(EndpointRow endpoint, @Nullable TaskRow task, @Nullable String error) {}

  // ---- requests ------------------------------------------------------------------------------

  private Order order(Call call) {
    Fields fields = call.fields();
    String action =
        fields.text(
            "action",
            text ->
                text.equals("recover") || text.equals("cancel")
                    ? null
                    : "must be recover or cancel");
    Long hours = fields.numberOrNull("hours", RequestRules.BULK_HOURS);
    long since = now() - Duration.ofHours(hours == null ? DEFAULT_HOURS : hours).toMillis();
    boolean recovers = action.equals("recover");
    return new Order(
        recovers ? TaskKind.RECOVER : TaskKind.CANCEL,
        recovers ? since : 0,
        endpoints(call, fields));
  }

  private List<EndpointRow> endpoints(Call call, Fields fields) {
    List<String> ids = fields.choiceOrNull("endpointIds", BulkApi::tooMany);
    Fields match = fields.fieldsOrNull("match");
    if ((ids == null) == (match == null)) {
      throw fields.invalid("endpointIds", "or match is needed, and not both");
    }
    if (match == null) {
      List<EndpointRow> rows = new ArrayList<>();
      for (String id : ids == null ? List.<String>of() : ids) {
        rows.add(endpoint(call, fields, id));
      }
      return rows;
    }
    List<EndpointRow> rows =
        EndpointMatch.of(call, api, match).endpoints(api, call.caller().environment()).toList();
    if (rows.size() > MOST) {
      throw fields.invalid(
          "match",
          "fits "
              + rows.size()
              + " endpoints; at most "
              + MOST
              + " are possible at once: narrow it, by application or text");
    }
    return rows;
  }

  private static @Nullable String tooMany(List<String> ids) {
    return ids.size() > MOST ? "must have at most " + MOST + " entries" : null;
  }

  private EndpointRow endpoint(Call call, Fields fields, String id) {
    OptionalLong known = api.parse(IdPrefix.ENDPOINT, id);
    EndpointRow row = known.isEmpty() ? null : api.engine().registry().endpoint(known.getAsLong());
    ApplicationRow application =
        row == null ? null : api.engine().registry().application(row.application());
    if (row == null
        || application == null
        || application.environment() != call.caller().environment()) {
      throw fields.invalid("endpointIds", "has an unknown id " + Quoted.of(id));
    }
    return row;
  }

  private TaskOrder of(Order order, EndpointRow endpoint) {
    return new TaskOrder(endpoint.id(), order.since(), now());
  }

  /** Returns an exclusive end that includes the current millisecond. */
  private long now() {
    return api.engine().millis() + 1;
  }

  // ---- the count -----------------------------------------------------------------------------

  private Answer count(Call call) {
    Order order = order(call);
    long deliveries = 0;
    boolean complete = true;
    long end = System.nanoTime() + COUNTING_NANOS;
    for (EndpointRow endpoint : order.endpoints()) {
      if (System.nanoTime() - end > 0) {
        complete = false;
        break;
      }
      Tasks.Count one = count(order, endpoint);
      deliveries += one.deliveries();
      complete &= one.complete();
    }
    long all = deliveries;
    boolean approximated = !complete;
    return Answer.json(
        200,
        json -> {
          json.writeStartObject();
          json.writeNumberProperty("endpoints", order.endpoints().size());
          json.writeNumberProperty("count", all);
          json.writeBooleanProperty("approximated", approximated);
          json.writeEndObject();
        });
  }

  private Tasks.Count count(Order order, EndpointRow endpoint) {
    if (order.kind() == TaskKind.RECOVER) {
      return api.engine().tasks().count(order.kind(), of(order, endpoint));
    }
    long waiting =
        api.engine().store(endpoint.application()).waiting(endpoint.id(), MOST_WAITING + 1).all();
    return new Tasks.Count(Math.min(waiting, MOST_WAITING), waiting <= MOST_WAITING);
  }

  // ---- the start -----------------------------------------------------------------------------

  private Answer start(Call call) {
    Order order = order(call);
    List<Started> started = order.endpoints().stream().map(one -> start(order, one)).toList();
    return Answer.json(
        202,
        json -> {
          json.writeStartObject();
          json.writeArrayPropertyStart("data");
          for (Started one : started) {
            json.writeStartObject();
            json.writeStringProperty("endpointId", api.id(IdPrefix.ENDPOINT, one.endpoint().id()));
            TaskRow task = one.task();
            Json.text(json, "taskId", task == null ? null : api.id(IdPrefix.TASK, task.id()));
            Json.text(json, "error", one.error());
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  /** Starts the task of one endpoint; a refusal does not keep those of others from starting. */
  private Started start(Order order, EndpointRow endpoint) {
    try {
      TaskRow task = api.done(api.engine().tasks().start(order.kind(), of(order, endpoint)));
      return new Started(endpoint, task, null);
    } catch (PosthornException e) {
      return new Started(endpoint, null, e.getMessage());
    }
  }
}
