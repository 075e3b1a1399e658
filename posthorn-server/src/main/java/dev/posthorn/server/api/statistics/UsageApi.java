package dev.posthorn.server.api.statistics;

import static dev.posthorn.server.http.Operation.Access.ENVIRONMENT;

import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.internal.rules.Problems;
import dev.posthorn.internal.rules.RequestRules;
import dev.posthorn.server.api.common.ApiSupport;
import dev.posthorn.server.api.common.Json;
import dev.posthorn.server.api.common.OperationBuilder;
import dev.posthorn.server.api.common.PageWriter;
import dev.posthorn.server.api.common.TaskView;
import dev.posthorn.server.api.common.TimeSpan;
import dev.posthorn.server.http.Answer;
import dev.posthorn.server.http.ApiError;
import dev.posthorn.server.http.Call;
import dev.posthorn.server.http.Fields;
import dev.posthorn.server.http.Operation;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.core.JsonGenerator;

/**
 * Usage of an environment's applications. Results are computed immediately but stored as finished
 * tasks, where clients expect them.
 */
public final class UsageApi {
  private static final String USAGE = "/api/v1/stats/usage/";

  /** Maximum size of the event types in one result, in characters. */
  private static final long MOST_CHARACTERS = PageWriter.MOST_BYTES;

  private final ApiSupport api;
  private final TaskView tasks;

  public UsageApi(ApiSupport api) {
    this.api = api;
    this.tasks = new TaskView(api);
  }

  public List<Operation> operations() {
    OperationBuilder operations = new OperationBuilder("Statistics");
    return List.of(
        operations
            .post(
                USAGE + "app",
                "v1.statistics.aggregate-app-stats",
                "Starts a task that counts the attempts of each application.")
            .query(OperationBuilder.IDEMPOTENCY)
            .accepts("AppUsageStatsIn")
            .returns(202, "AppUsageStatsOut")
            .to(ENVIRONMENT, this::attempts),
        operations
            .put(
                USAGE + "event-types",
                "v1.statistics.aggregate-event-types",
                "Starts a task that lists the event types that each application subscribes to.")
            .returns(202, "AggregateEventTypesOut")
            .to(ENVIRONMENT, this::eventTypes));
  }

  // ---- attempts ------------------------------------------------------------------------------

  private Answer attempts(Call call) {
    Fields fields = call.fields();
    TimeSpan span = TimeSpan.required(fields, "since", "until");
    Set<ApplicationRow> applications = new LinkedHashSet<>();
    List<String> unresolved = resolve(call, fields, applications);
    int endpoints = applications.stream().mapToInt(row -> (int) api.endpoints(row).count()).sum();
    Hours.requireFew(endpoints, span, problem -> fields.invalid("since", problem));
    String result =
        TaskView.result(
            json -> {
              json.writeArrayPropertyStart("appStats");
              applications.forEach(row -> write(json, row, attempts(row, span)));
              json.writeEndArray();
            });
    return tasks.keep(
        call, "application.stats", result, json -> Json.list(json, "unresolvedAppIds", unresolved));
  }

  /** Finds the requested applications; returns the names that match none. */
  private List<String> resolve(Call call, Fields fields, Set<ApplicationRow> found) {
    List<String> names =
        fields.listOrNull("appIds", ids -> Problems.ofTexts(ids, RequestRules.MAX_APPLICATIONS));
    List<String> unresolved = new ArrayList<>();
    if (names == null) {
      found.addAll(api.engine().registry().applications(call.caller().environment()));
      return unresolved;
    }
    for (String name : names) {
      ApplicationRow row = api.applicationOrNull(call, name);
      if (row == null) {
        unresolved.add(name);
      } else {
        found.add(row);
      }
    }
    if (found.isEmpty()) {
      throw fields.invalid("appIds", "contains no known application; leave it out for all");
    }
    return unresolved;
  }

  private long attempts(ApplicationRow application, TimeSpan span) {
    return api.endpoints(application)
        .flatMap(
            endpoint ->
                api
                    .engine()
                    .store(application.id())
                    .hours(endpoint.id(), span.from(TimeSpan.HOUR), span.to())
                    .stream())
        .mapToLong(hour -> hour.counts().attempts())
        .sum();
  }

  private void write(JsonGenerator json, ApplicationRow application, long attempts) {
    json.writeStartObject();
    json.writeStringProperty("appId", api.id(IdPrefix.APPLICATION, application.id()));
    Json.text(json, "appUid", application.uid());
    json.writeNumberProperty("messageDestinations", attempts);
    json.writeEndObject();
  }

  // ---- event types ---------------------------------------------------------------------------

  private Answer eventTypes(Call call) {
    long environment = call.caller().environment();
    String result =
        TaskView.result(
            json -> {
              json.writeArrayPropertyStart("event_types");
              long characters = 0;
              for (ApplicationRow row : api.engine().registry().applications(environment)) {
                characters += wanted(json, row);
                requireFew(characters);
              }
              json.writeEndArray();
            });
    return tasks.keep(call, "event-type.aggregate", result, json -> {});
  }

  private static void requireFew(long characters) {
    if (characters > MOST_CHARACTERS) {
      throw ApiError.conflict(
          "event types: those that the environment's applications subscribe to have more than "
              + MOST_CHARACTERS
              + " characters together; list the endpoints of each application instead");
    }
  }

  /**
   * Writes the event types that an application's endpoints subscribe to; returns their size in
   * characters.
   */
  private long wanted(JsonGenerator json, ApplicationRow application) {
    Set<String> types = new TreeSet<>();
    boolean all = false;
    for (EndpointRow endpoint : api.endpoints(application).toList()) {
      types.addAll(endpoint.spec().eventTypes());
      all |= endpoint.spec().eventTypes().isEmpty() || endpoint.spec().eventTypes().contains("*");
    }
    json.writeStartObject();
    json.writeStringProperty("appId", api.id(IdPrefix.APPLICATION, application.id()));
    Json.list(json, "explicitlySubscribedEventTypes", types);
    json.writeBooleanProperty("hasCatchAllEndpoint", all);
    json.writeEndObject();
    return types.stream().mapToLong(type -> type.length() + 3L).sum();
  }
}
