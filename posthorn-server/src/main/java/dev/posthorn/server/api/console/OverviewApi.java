package dev.posthorn.server.api.console;

import static dev.posthorn.server.http.Operation.Access.ENVIRONMENT;

import dev.posthorn.internal.rules.Quoted;
import dev.posthorn.server.api.common.ApiSupport;
import dev.posthorn.server.api.common.Json;
import dev.posthorn.server.api.common.OperationBuilder;
import dev.posthorn.server.auth.TokenAuthenticator;
import dev.posthorn.server.health.EndpointTally;
import dev.posthorn.server.health.HealthMonitor;
import dev.posthorn.server.health.Series;
import dev.posthorn.server.http.Answer;
import dev.posthorn.server.http.Call;
import dev.posthorn.server.http.Operation;
import dev.posthorn.server.http.Query;
import java.util.List;

/** The overview of a server, at once or as a stream, and its charts. */
public final class OverviewApi {
  private static final String PATH = "/api/v1/console/overview";

  private final HealthMonitor monitor;
  private final OverviewView view;
  private final OverviewStreams streams;

  /** Creates the operations. */
  public OverviewApi(
      ApiSupport api,
      TokenAuthenticator authenticator,
      HealthMonitor monitor,
      EndpointTally tally) {
    this.monitor = monitor;
    this.view = new OverviewView(api.engine(), tally);
    this.streams = new OverviewStreams(monitor, authenticator, view);
  }

  /** Returns the open streams, which must be ended before the listener is closed. */
  public OverviewStreams streams() {
    return streams;
  }

  public List<Operation> operations() {
    OperationBuilder operations = new OperationBuilder("Console");
    return List.of(
        operations
            .get(
                PATH,
                "v1.console.overview.get",
                "Tells whether anything is wrong with this server; with Accept: text/event-stream,"
                    + " again and again.")
            .returns(200, "ConsoleOverviewOut")
            .streams(ENVIRONMENT, streams::open, this::overview),
        operations
            .get(
                PATH + "/history",
                "v1.console.overview.history",
                "Returns the figures of the last hour or day for charts.")
            .query(
                new Operation.Param(
                    "span",
                    "query",
                    "{\"type\":\"string\",\"enum\":[\"hour\",\"day\"]}",
                    "The last hour, by default, or the last day"))
            .returns(200, "ConsoleHistoryOut")
            .to(ENVIRONMENT, this::history));
  }

  private Answer overview(Call call) {
    return Answer.jsonBytes(200, view.of(monitor.status(), call.caller().environment()));
  }

  private Answer history(Call call) {
    Series series = monitor.series(span(call.query()));
    return Answer.json(
        200,
        json -> {
          json.writeStartObject();
          json.writeNumberProperty("stepSeconds", series.stepMillis() / 1_000);
          json.writeArrayPropertyStart("points");
          series
              .points()
              .forEach(
                  point -> {
                    json.writeStartObject();
                    Json.time(json, "at", point.at());
                    OverviewView.writeCounts(json, point);
                    json.writeNumberProperty("waiting", point.waiting());
                    json.writeEndObject();
                  });
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  private static HealthMonitor.Span span(Query query) {
    String text = query.text("span");
    if (text == null || text.equals("hour")) {
      return HealthMonitor.Span.HOUR;
    }
    if (text.equals("day")) {
      return HealthMonitor.Span.DAY;
    }
    throw Query.invalid("span", "must be hour or day, not " + Quoted.of(text));
  }
}
