package dev.posthorn.server.api.endpoint;

import static dev.posthorn.server.http.Operation.Access.APPLICATION;

import dev.posthorn.internal.engine.lane.LaneView;
import dev.posthorn.server.api.common.ApiSupport;
import dev.posthorn.server.api.common.Json;
import dev.posthorn.server.api.common.OperationBuilder;
import dev.posthorn.server.api.common.TimeSpan;
import dev.posthorn.server.http.Answer;
import dev.posthorn.server.http.Call;
import dev.posthorn.server.http.Operation;
import dev.posthorn.server.http.Query;
import dev.posthorn.spi.store.reads.PartitionReads;
import dev.posthorn.spi.store.reads.WaitingCount;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.HourRow;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/** Statistics of endpoints: the outcomes of their deliveries. */
public final class EndpointStatsApi {
  private static final String ONE = "/api/v1/app/{app_id}/endpoint/{endpoint_id}";

  /** Maximum number of waiting deliveries that are counted. */
  static final int MOST_PENDING = 10_000;

  private final ApiSupport api;

  public EndpointStatsApi(ApiSupport api) {
    this.api = api;
  }

  public List<Operation> operations() {
    OperationBuilder operations = new OperationBuilder("Endpoint");
    Operation.Param since = OperationBuilder.time("since", "Start time; 28 days ago by default");
    Operation.Param until = OperationBuilder.time("until", "End time, exclusive; now by default");
    return List.of(
        operations
            .get(ONE + "/stats", "v1.endpoint.get-stats", "Counts the deliveries of an endpoint.")
            .query(since, until)
            .returns(200, "EndpointStats")
            .to(APPLICATION, this::stats),
        operations
            .get(
                ONE + "/attempt-stats",
                "v1.endpoint.get-attempt-stats",
                "Counts the attempts of an endpoint.")
            .query(since, until)
            .returns(200, "EndpointAttemptStats")
            .to(APPLICATION, this::attemptStats),
        operations
            .get(
                ONE + "/stats/hourly",
                "v1.endpoint.get-hourly-stats",
                "Counts the deliveries and attempts of an endpoint by the hour.")
            .query(
                OperationBuilder.time(
                    "since", "Start: the hour that contains this time; 28 days ago by default"),
                OperationBuilder.time(
                    "until", "End: the hour that contains this time; now by default"))
            .returns(200, "EndpointHourlyStatsOut")
            .to(APPLICATION, this::hourly),
        operations
            .get(
                ONE + "/rate-limit-status",
                "v1.endpoint.get-throttling-status",
                "Reports whether the rate limit is delaying deliveries.")
            .returns(200, "EndpointThrottleRateStatusOut")
            .to(APPLICATION, this::rateLimit));
  }

  private EndpointRow endpoint(Call call) {
    return api.endpoint(call, api.application(call));
  }

  private PartitionReads store(EndpointRow endpoint) {
    return api.engine().store(endpoint.application());
  }

  private TimeSpan span(Query query) {
    return TimeSpan.of(query, "since", "until", api.engine().millis());
  }

  private SpanCounts counts(EndpointRow endpoint, Query query) {
    return SpanCounts.of(store(endpoint), endpoint.id(), span(query), api.engine().millis());
  }

  private Answer stats(Call call) {
    EndpointRow endpoint = endpoint(call);
    SpanCounts ended = counts(endpoint, call.query());
    int first = api.done(api.engine().stats().lane(endpoint.id())).firstUnderWay();
    WaitingCount waiting = store(endpoint).waiting(endpoint.id(), MOST_PENDING + first + 1);
    int sending = Math.min(waiting.attempted() + first, waiting.all());
    int pending = waiting.all() - sending;
    return Answer.json(
        200,
        json -> {
          json.writeStartObject();
          json.writeNumberProperty("success", ended.succeeded());
          json.writeNumberProperty("pending", Math.min(pending, MOST_PENDING));
          json.writeBooleanProperty("morePending", waiting.all() > MOST_PENDING + first);
          json.writeNumberProperty("sending", sending);
          json.writeNumberProperty("fail", ended.failed());
          json.writeNumberProperty("canceled", ended.cancelled());
          json.writeBooleanProperty("approximated", ended.isApproximated());
          json.writeEndObject();
        });
  }

  private Answer attemptStats(Call call) {
    SpanCounts counts = counts(endpoint(call), call.query());
    return Answer.json(
        200,
        json -> {
          json.writeStartObject();
          json.writeNumberProperty("success", counts.attempts() - counts.failedAttempts());
          json.writeNumberProperty("fail", counts.failedAttempts());
          json.writeNumberProperty("canceled", counts.cancelled());
          json.writeBooleanProperty("approximated", counts.isApproximated());
          json.writeEndObject();
        });
  }

  private Answer hourly(Call call) {
    EndpointRow endpoint = endpoint(call);
    TimeSpan span = span(call.query());
    List<HourRow> hours = store(endpoint).hours(endpoint.id(), span.from(TimeSpan.HOUR), span.to());
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
    json.writeNumberProperty("success", hour.counts().succeeded());
    json.writeNumberProperty("fail", hour.counts().failed());
    json.writeNumberProperty("canceled", hour.counts().cancelled());
    json.writeNumberProperty("attempts", hour.counts().attempts());
    json.writeNumberProperty("failedAttempts", hour.counts().failedAttempts());
  }

  private Answer rateLimit(Call call) {
    LaneView lane = api.done(api.engine().stats().lane(endpoint(call).id()));
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
