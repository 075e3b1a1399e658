package dev.posthorn.server.api.endpoint;

import static dev.posthorn.server.http.Operation.Access.APPLICATION;

import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.engine.lane.LaneView;
import dev.posthorn.server.api.common.ApiSupport;
import dev.posthorn.server.api.common.Json;
import dev.posthorn.server.api.common.OperationBuilder;
import dev.posthorn.server.http.Answer;
import dev.posthorn.server.http.Call;
import dev.posthorn.server.http.Operation;
import dev.posthorn.spi.store.reads.WaitingCount;
import dev.posthorn.spi.store.rows.EndpointPolicy;
import dev.posthorn.spi.store.rows.EndpointRow;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/** The present state of deliveries to an endpoint: what holds them back, and until when. */
public final class EndpointStatusApi {
  private static final int MOST_WAITING = 10_000;

  private final ApiSupport api;

  public EndpointStatusApi(ApiSupport api) {
    this.api = api;
  }

  public List<Operation> operations() {
    return List.of(
        new OperationBuilder("Endpoint")
            .get(
                "/api/v1/app/{app_id}/endpoint/{endpoint_id}/delivery-status",
                "v1.endpoint.get-delivery-status",
                "Reports what holds deliveries to an endpoint back, and until when.")
            .returns(200, "EndpointDeliveryStatusOut")
            .to(APPLICATION, this::status));
  }

  private Answer status(Call call) {
    EndpointRow endpoint = api.endpoint(call, api.application(call));
    LaneView lane = api.done(api.engine().stats().lane(endpoint.id()));
    WaitingCount waiting =
        api.engine().store(endpoint.application()).waiting(endpoint.id(), MOST_WAITING + 1);
    return Answer.json(
        200,
        json -> {
          json.writeStartObject();
          json.writeStringProperty("state", EndpointView.state(endpoint));
          json.writeBooleanProperty(
              "deliversHere", api.engine().stats().delivers(endpoint.application()));
          health(json, lane.health());
          pauses(json, lane);
          json.writeNumberProperty("waiting", Math.min(waiting.all(), MOST_WAITING));
          json.writeBooleanProperty("moreWaiting", waiting.all() > MOST_WAITING);
          Json.timeOrNull(json, "nextDue", lane.nextDue());
          effective(json, endpoint.policy());
          secrets(json, endpoint);
          json.writeEndObject();
        });
  }

  private void health(JsonGenerator json, LaneView.Health health) {
    long since = health.failingSince();
    long disableAfter = api.engine().options().health().disableAfterMillis();
    Json.timeOrNull(json, "failingSince", since);
    Json.timeOrNull(json, "disabledFrom", since == 0 ? 0 : since + disableAfter);
    json.writeBooleanProperty("slow", health.slow());
    json.writeNumberProperty("window", health.window());
    json.writeNumberProperty("inFlight", health.inFlight());
  }

  private void pauses(JsonGenerator json, LaneView lane) {
    LaneView.Pauses pauses = lane.health().pauses();
    json.writeStringProperty("circuitBreaker", breaker(pauses.circuit()));
    boolean open = pauses.circuit() > api.engine().millis();
    Json.timeOrNull(json, "circuitOpenUntil", open ? pauses.circuit() : 0);
    Json.timeOrNull(json, "retryAfterUntil", pauses.retryAfter());
    json.writeBooleanProperty("rateLimited", lane.rateLimited());
    Json.timeOrNull(json, "rateLimitedUntil", lane.rateLimited() ? pauses.rate() : 0);
  }

  private String breaker(long until) {
    if (until == 0) {
      return "closed";
    }
    return until > api.engine().millis() ? "open" : "half_open";
  }

  /** Writes the settings in force: those of the endpoint, or else of the server. */
  private void effective(JsonGenerator json, EndpointPolicy policy) {
    EngineOptions options = api.engine().options();
    List<Long> own = policy.retryWaits();
    json.writeArrayPropertyStart("retrySchedule");
    (own == null ? options.retryWaits() : own).forEach(wait -> json.writeNumber(wait / 1_000.0));
    json.writeEndArray();
    int concurrency =
        policy.concurrency() > 0 ? policy.concurrency() : options.limits().concurrency();
    json.writeNumberProperty("concurrency", policy.ordered() ? 1 : concurrency);
    long timeout =
        policy.timeoutMillis() > 0 ? policy.timeoutMillis() : options.exchange().totalMillis();
    json.writeNumberProperty("timeoutSeconds", timeout / 1_000.0);
  }

  private void secrets(JsonGenerator json, EndpointRow endpoint) {
    json.writeArrayPropertyStart("signingSecrets");
    for (long ends :
        api.engine().endpointSecrets().signingEnds(endpoint.id(), api.engine().millis())) {
      json.writeStartObject();
      Json.timeOrNull(json, "endsAt", ends);
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
