package dev.posthorn.server.api.console;

import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.server.api.common.Json;
import dev.posthorn.server.health.Alert;
import dev.posthorn.server.health.EndpointTally;
import dev.posthorn.server.health.Figures;
import dev.posthorn.server.health.Point;
import dev.posthorn.server.health.Problem;
import dev.posthorn.server.health.Status;
import dev.posthorn.server.http.Answer;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;
import tools.jackson.core.JsonGenerator;

/** Writes the overview: the health of this server process, and what an environment is busy with. */
final class OverviewView {
  private static final int MOST = 5;

  private final Engine engine;
  private final EndpointTally tally;

  OverviewView(Engine engine, EndpointTally tally) {
    this.engine = engine;
    this.tally = tally;
  }

  /** Returns the overview as JSON. */
  byte[] of(Status status, long environment) {
    return Answer.object(
        json -> {
          Json.time(json, "at", status.figures().at());
          json.writeBooleanProperty("well", status.isWell());
          json.writeStringProperty("summary", summary(status));
          json.writeArrayPropertyStart("problems");
          status.problems().forEach(problem -> write(json, problem));
          json.writeEndArray();
          json.writeObjectPropertyStart("lastMinute");
          writeCounts(json, status.minute());
          json.writeEndObject();
          write(json, status.figures());
          busiest(json, environment);
        });
  }

  private static String summary(Status status) {
    if (status.isWell()) {
      return "All is well.";
    }
    long wrong =
        status.problems().stream()
            .filter(problem -> problem.alert().level() != Alert.Level.NOTICE)
            .count();
    return status.problems().getFirst().finding()
        + (wrong > 1 ? " And " + (wrong - 1) + " more." : "");
  }

  private static void write(JsonGenerator json, Problem problem) {
    Alert alert = problem.alert();
    json.writeStartObject();
    json.writeStringProperty("alert", lower(alert));
    json.writeStringProperty("level", lower(alert.level()));
    json.writeStringProperty("finding", problem.finding());
    json.writeStringProperty("meaning", alert.meaning());
    json.writeStringProperty("remedy", alert.remedy());
    Json.time(json, "since", problem.since());
    json.writeEndObject();
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  /** Writes the counts of a point. */
  static void writeCounts(JsonGenerator json, Point point) {
    json.writeNumberProperty("accepted", point.accepted());
    json.writeNumberProperty("succeeded", point.succeeded());
    json.writeNumberProperty("failedAttempts", point.failedAttempts());
    writeMillis(json, "delayMedianMs", point.delay().median());
    writeMillis(json, "delayP99Ms", point.delay().p99());
  }

  private static void writeMillis(JsonGenerator json, String name, double millis) {
    if (millis < 0) {
      json.writeNullProperty(name);
    } else {
      json.writeNumberProperty(name, millis);
    }
  }

  private static void write(JsonGenerator json, Figures figures) {
    json.writeNumberProperty("waiting", figures.lanes().loaded());
    json.writeNumberProperty("overdueSeconds", figures.lanes().overdueMillis() / 1_000);
    json.writeNumberProperty("inFlight", figures.lanes().permits());
    json.writeNumberProperty("maxInFlight", figures.maxInFlight());
    json.writeNumberProperty("circuitOpen", figures.lanes().circuitOpen());
    json.writeNumberProperty("storeBytes", figures.storage().size());
    if (figures.storage().diskSize() == 0) {
      json.writeNullProperty("diskFreeBytes");
    } else {
      json.writeNumberProperty("diskFreeBytes", figures.storage().diskFree());
    }
  }

  // ---- the environment -----------------------------------------------------------------------

  /** An endpoint with its counts of the last hour. */
  private record Busy(EndpointRow endpoint, EndpointTally.Count count) {}

  private void busiest(JsonGenerator json, long environment) {
    Map<Long, EndpointTally.Count> applications = new HashMap<>();
    Map<Long, Busy> endpoints = new HashMap<>();
    tally
        .counts()
        .forEach(
            (id, count) -> {
              EndpointRow endpoint = engine.registry().endpoint(id);
              ApplicationRow owner =
                  endpoint == null ? null : engine.registry().application(endpoint.application());
              if (endpoint != null && owner != null && owner.environment() == environment) {
                applications.merge(owner.id(), count, EndpointTally.Count::and);
                endpoints.put(id, new Busy(endpoint, count));
              }
            });
    json.writeArrayPropertyStart("failingEndpoints");
    most(endpoints, busy -> busy.count().failures())
        .forEach(entry -> write(json, entry.getValue()));
    json.writeEndArray();
    json.writeArrayPropertyStart("busiestApplications");
    most(applications, EndpointTally.Count::attempts)
        .forEach(entry -> write(json, entry.getKey(), entry.getValue()));
    json.writeEndArray();
  }

  private static <T> List<Map.Entry<Long, T>> most(Map<Long, T> all, ToLongFunction<T> by) {
    return all.entrySet().stream()
        .filter(entry -> by.applyAsLong(entry.getValue()) > 0)
        .sorted(
            Comparator.<Map.Entry<Long, T>>comparingLong(entry -> -by.applyAsLong(entry.getValue()))
                .thenComparing(Map.Entry::getKey))
        .limit(MOST)
        .toList();
  }

  private void write(JsonGenerator json, Busy busy) {
    json.writeStartObject();
    json.writeStringProperty(
        "appId", engine.publicIds().format(IdPrefix.APPLICATION, busy.endpoint().application()));
    json.writeStringProperty(
        "endpointId", engine.publicIds().format(IdPrefix.ENDPOINT, busy.endpoint().id()));
    json.writeStringProperty("url", busy.endpoint().url());
    json.writeStringProperty("state", state(busy.endpoint()));
    write(json, busy.count());
    json.writeEndObject();
  }

  private static String state(EndpointRow endpoint) {
    return endpoint.state().isDisabled() ? "disabled" : lower(endpoint.state());
  }

  private void write(JsonGenerator json, long application, EndpointTally.Count count) {
    ApplicationRow row = engine.registry().application(application);
    json.writeStartObject();
    json.writeStringProperty("appId", engine.publicIds().format(IdPrefix.APPLICATION, application));
    json.writeStringProperty("name", row == null ? "" : row.name());
    write(json, count);
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, EndpointTally.Count count) {
    json.writeNumberProperty("attempts", count.attempts());
    json.writeNumberProperty("failures", count.failures());
  }
}
