package dev.posthorn.server.api.statistics;

import static dev.posthorn.server.http.Operation.Access.APPLICATION;
import static dev.posthorn.server.http.Operation.Access.ENVIRONMENT;

import dev.posthorn.internal.rules.Quoted;
import dev.posthorn.server.api.common.ApiSupport;
import dev.posthorn.server.api.common.Json;
import dev.posthorn.server.api.common.OperationBuilder;
import dev.posthorn.server.api.common.TimeSpan;
import dev.posthorn.server.http.Answer;
import dev.posthorn.server.http.Call;
import dev.posthorn.server.http.Operation;
import dev.posthorn.server.http.Query;
import dev.posthorn.spi.store.reads.PartitionReads;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.HourRow;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.core.JsonGenerator;

/** Statistics of an environment, and of applications over time. */
public final class StatisticsApi {
  private static final Operation.Param NO_PLAY =
      OperationBuilder.flag(
          "exclude_svix_play", "Exclude endpoints at play.svix.com; true by default");

  private final ApiSupport api;

  public StatisticsApi(ApiSupport api) {
    this.api = api;
  }

  public List<Operation> operations() {
    OperationBuilder operations = new OperationBuilder("Statistics");
    return List.of(
        operations
            .get(
                "/api/v1/stats/endpoint/count",
                "v1.statistics.endpoint-count",
                "Counts the endpoints of the environment.")
            .query(NO_PLAY)
            .returns(200, "EndpointCountOut")
            .to(ENVIRONMENT, this::endpoints),
        operations
            .get(
                "/api/v1/app/stats/count-active",
                "v1.application.count-active",
                "Counts the applications that have an endpoint.")
            .query(
                NO_PLAY,
                OperationBuilder.flag(
                    "exclude_disabled", "Count only enabled endpoints; true by default"))
            .returns(200, "ActiveAppCount")
            .to(ENVIRONMENT, this::applications),
        operations
            .get(
                "/api/v1/stats/app/{app_id}/attempt",
                "v1.stats.app-attempts",
                "Counts the attempts of an application by the hour or the day.")
            .query(
                OperationBuilder.time(
                    "startDate",
                    "Start: the period that contains this time; 28 days ago by default"),
                OperationBuilder.time(
                    "endDate", "End: the period that contains this time; now by default"),
                new Operation.Param(
                    "period",
                    "query",
                    "{\"type\":\"string\",\"enum\":[\"OneHour\",\"OneDay\"]}",
                    "How long a period is; OneDay unless said"))
            .returns(200, "AttemptStatisticsResponse")
            .to(APPLICATION, this::overTime),
        operations
            .get(
                "/api/v1/app/{app_id}/stats/attempts",
                "v1.application.stats.attempts",
                "Counts the attempts of an application by event type.")
            .query(
                OperationBuilder.time("since", "Start time; required"),
                OperationBuilder.time("until", "End time, exclusive; required"),
                OperationBuilder.EVENT_TYPES)
            .returns(200, "AppAttemptStatsOut")
            .to(APPLICATION, new AttemptsByType(api)::answer));
  }

  // ---- endpoints -----------------------------------------------------------------------------

  private Stream<ApplicationRow> all(Call call) {
    return api.engine().registry().applications(call.caller().environment()).stream();
  }

  private Stream<EndpointRow> counted(ApplicationRow application, Query query) {
    boolean exclude = query.flag("exclude_svix_play", true);
    return api.endpoints(application)
        .filter(row -> !exclude || !row.url().startsWith("https://play.svix.com/"));
  }

  private Answer endpoints(Call call) {
    long[] counts = new long[2];
    all(call)
        .flatMap(application -> counted(application, call.query()))
        .forEach(row -> counts[row.state().isDisabled() ? 1 : 0]++);
    return Answer.json(
        200,
        json -> {
          json.writeStartObject();
          json.writeNumberProperty("active", counts[0]);
          json.writeNumberProperty("disabled", counts[1]);
          json.writeEndObject();
        });
  }

  private Answer applications(Call call) {
    boolean enabled = call.query().flag("exclude_disabled", true);
    long count =
        all(call)
            .filter(
                application ->
                    counted(application, call.query())
                        .anyMatch(row -> !enabled || !row.state().isDisabled()))
            .count();
    return Answer.json(
        200,
        json -> {
          json.writeStartObject();
          json.writeNumberProperty("count", count);
          json.writeEndObject();
        });
  }

  // ---- attempts over time --------------------------------------------------------------------

  private Answer overTime(Call call) {
    ApplicationRow application = api.application(call);
    Query query = call.query();
    String period = period(query);
    long length = period.equals("OneDay") ? TimeSpan.DAY : TimeSpan.HOUR;
    TimeSpan span = TimeSpan.of(query, "startDate", "endDate", api.engine().millis());
    long start = span.from(length);
    long[][] counts = new long[3][span.periods(length)];
    List<EndpointRow> endpoints = api.endpoints(application).toList();
    Hours.requireFew(endpoints.size(), span, problem -> Query.invalid("startDate", problem));
    PartitionReads store = api.engine().store(application.id());
    for (EndpointRow endpoint : endpoints) {
      for (HourRow hour : store.hours(endpoint.id(), start, span.to())) {
        int at = (int) ((hour.start() - start) / length);
        counts[0][at] += hour.counts().attempts() - hour.counts().failedAttempts();
        counts[1][at] += hour.counts().failedAttempts();
        counts[2][at] += hour.counts().cancelled();
      }
    }
    return Answer.json(
        200,
        json -> {
          json.writeStartObject();
          Json.time(json, "startDate", start);
          Json.time(json, "endDate", start + length * counts[0].length);
          json.writeStringProperty("period", period);
          json.writeObjectPropertyStart("data");
          list(json, "successCount", counts[0]);
          list(json, "failureCount", counts[1]);
          list(json, "canceledCount", counts[2]);
          json.writeEndObject();
          json.writeEndObject();
        });
  }

  private static String period(Query query) {
    String period = query.text("period");
    if (period == null) {
      return "OneDay";
    }
    if (!period.equals("OneDay") && !period.equals("OneHour")) {
      throw Query.invalid("period", "must be OneDay or OneHour, not " + Quoted.of(period));
    }
    return period;
  }

  private static void list(JsonGenerator json, String name, long[] counts) {
    json.writeName(name);
    json.writeArray(counts, 0, counts.length);
  }
}
