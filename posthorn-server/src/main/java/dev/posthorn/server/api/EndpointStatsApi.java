package dev.posthorn.server.api;

import static dev.posthorn.server.http.Operation.Access.APPLICATION;

import dev.posthorn.engine.LaneView;
import dev.posthorn.server.http.Answer;
import dev.posthorn.server.http.Call;
import dev.posthorn.server.http.Operation;
import dev.posthorn.server.http.Query;
import dev.posthorn.store.EndpointRow;
import dev.posthorn.store.HourRow;
import dev.posthorn.store.Reads;
import java.util.List;
import java.util.function.ToLongFunction;
import tools.jackson.core.JsonGenerator;

/** Statistics of endpoints: what became of their deliveries, in whole hours of UTC. */
final class EndpointStatsApi {
  private static final String ONE = "/api/v1/app/{app_id}/endpoint/{endpoint_id}";

  /** How many that wait are counted. */
  static final int MOST_PENDING = 10_000;

  private final Desk desk;

  EndpointStatsApi(Desk desk) {
    this.desk = desk;
  }

  List<Operation> operations() {
    Docket at = new Docket("Endpoint");
    Operation.Param since = Docket.time("since", "From the hour of this time on; 28 days ago");
    Operation.Param until = Docket.time("until", "Up to the hour of this time; now");
    return List.of(
        at.get(ONE + "/stats", "v1.endpoint.get-stats", "Counts the deliveries of an endpoint.")
            .query(since, until)
            .gives(200, "EndpointStats")
            .to(APPLICATION, this::stats),
        at.get(
                ONE + "/attempt-stats",
                "v1.endpoint.get-attempt-stats",
                "Counts the attempts of an endpoint, in whole hours.")
            .query(since, until)
            .gives(200, "EndpointAttemptStats")
            .to(APPLICATION, this::attemptStats),
        at.get(
                ONE + "/stats/hourly",
                "v1.endpoint.get-hourly-stats",
                "Counts the deliveries and attempts of an endpoint by the hour.")
            .query(since, until)
            .gives(200, "EndpointHourlyStatsOut")
            .to(APPLICATION, this::hourly),
        at.get(
                ONE + "/rate-limit-status",
                "v1.endpoint.get-throttling-status",
                "Says whether the rate limit holds deliveries back.")
            .gives(200, "EndpointThrottleRateStatusOut")
            .to(APPLICATION, this::rateLimit));
  }

  private EndpointRow endpoint(Call call) {
    return desk.endpoint(call, desk.application(call));
  }

  private Reads store(EndpointRow endpoint) {
    return desk.engine().store(endpoint.application());
  }

  private List<HourRow> hours(EndpointRow endpoint, Query query) {
    TimeSpan span = TimeSpan.of(query, "since", "until", desk.engine().millis());
    return store(endpoint).hours(endpoint.id(), span.from(TimeSpan.HOUR), span.to());
  }

  private Answer stats(Call call) {
    EndpointRow endpoint = endpoint(call);
    List<HourRow> hours = hours(endpoint, call.query());
    int underWay = desk.done(desk.engine().lane(endpoint.id())).underWay();
    int waiting = store(endpoint).waiting(endpoint.id(), MOST_PENDING + underWay + 1);
    int pending = Math.max(0, waiting - underWay);
    return Answer.json(
        200,
        json -> {
          json.writeStartObject();
          json.writeNumberProperty("success", sum(hours, HourRow::succeeded));
          json.writeNumberProperty("pending", Math.min(pending, MOST_PENDING));
          json.writeBooleanProperty("morePending", pending > MOST_PENDING);
          json.writeNumberProperty("sending", underWay);
          json.writeNumberProperty("fail", sum(hours, HourRow::failed));
          json.writeNumberProperty("canceled", sum(hours, HourRow::cancelled));
          json.writeEndObject();
        });
  }

  private Answer attemptStats(Call call) {
    List<HourRow> hours = hours(endpoint(call), call.query());
    return Answer.json(
        200,
        json -> {
          json.writeStartObject();
          json.writeNumberProperty("success", sum(hours, h -> h.attempts() - h.failedAttempts()));
          json.writeNumberProperty("fail", sum(hours, HourRow::failedAttempts));
          json.writeNumberProperty("canceled", sum(hours, HourRow::cancelled));
          json.writeEndObject();
        });
  }

  private static long sum(List<HourRow> hours, ToLongFunction<HourRow> count) {
    return hours.stream().mapToLong(count).sum();
  }

  private Answer hourly(Call call) {
    List<HourRow> hours = hours(endpoint(call), call.query());
    return Answer.json(
        200,
        json -> {
          json.writeStartObject();
          json.writeArrayPropertyStart("data");
          for (HourRow hour : hours) {
            json.writeStartObject();
            write(json, hour);
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  private static void write(JsonGenerator json, HourRow hour) {
    Json.time(json, "start", hour.start());
    json.writeNumberProperty("success", hour.succeeded());
    json.writeNumberProperty("fail", hour.failed());
    json.writeNumberProperty("canceled", hour.cancelled());
    json.writeNumberProperty("attempts", hour.attempts());
    json.writeNumberProperty("failedAttempts", hour.failedAttempts());
  }

  private Answer rateLimit(Call call) {
    LaneView lane = desk.done(desk.engine().lane(endpoint(call).id()));
    return Answer.json(
        200,
        json -> {
          json.writeStartObject();
          json.writeStringProperty("status", lane.rateLimited() ? "RateLimited" : "Ok");
          json.writeNullProperty("throttledSince");
          json.writeEndObject();
        });
  }
}
