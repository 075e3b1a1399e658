package dev.posthorn.server.api.console;

import dev.posthorn.DeliveryState;
import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.internal.id.Ids;
import dev.posthorn.server.api.common.ApiSupport;
import dev.posthorn.server.api.common.Json;
import dev.posthorn.server.http.Answer;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.MessageSpec;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** Writes what happened as JSON. */
final class TailView {
  private final ApiSupport api;

  TailView(ApiSupport api) {
    this.api = api;
  }

  /** Returns the public id of the message of an event. */
  static String message(ApiSupport api, TailEvent event) {
    MessageSpec spec = event.message();
    long id =
        switch (event) {
          case TailEvent.Accepted accepted -> accepted.id();
          case TailEvent.Attempted attempted -> attempted.attempt().message();
        };
    return api.engine().publicIds().message(id, spec == null ? null : spec.publicId());
  }

  byte[] of(TailWatch.Seen seen) {
    return Answer.object(
        json -> {
          json.writeArrayPropertyStart("data");
          seen.events().forEach(event -> write(json, event));
          json.writeEndArray();
          json.writeNumberProperty("skipped", seen.skipped());
        });
  }

  private void write(JsonGenerator json, TailEvent event) {
    json.writeStartObject();
    switch (event) {
      case TailEvent.Accepted accepted -> accepted(json, accepted);
      case TailEvent.Attempted attempted -> attempted(json, attempted);
    }
    json.writeStringProperty("msgId", message(api, event));
    json.writeStringProperty("appId", api.id(IdPrefix.APPLICATION, event.application().id()));
    json.writeStringProperty("appName", event.application().name());
    Json.text(json, "eventType", type(event.message()));
    json.writeEndObject();
  }

  private static @Nullable String type(@Nullable MessageSpec message) {
    return message == null ? null : message.type();
  }

  private static String state(AttemptRow row) {
    return row.state() == DeliveryState.CANCELLED
        ? "canceled"
        : row.state().name().toLowerCase(Locale.ROOT);
  }

  private static void accepted(JsonGenerator json, TailEvent.Accepted event) {
    json.writeStringProperty("kind", "message");
    Json.time(json, "timestamp", Ids.timeOf(event.id()));
    Json.text(json, "eventId", event.message().eventId());
    json.writeNumberProperty("matchedEndpoints", event.targets());
  }

  private void attempted(JsonGenerator json, TailEvent.Attempted event) {
    AttemptRow row = event.attempt();
    json.writeStringProperty("kind", "attempt");
    Json.time(json, "timestamp", Ids.timeOf(row.id()));
    json.writeStringProperty("id", api.id(IdPrefix.ATTEMPT, row.id()));
    json.writeStringProperty("endpointId", api.id(IdPrefix.ENDPOINT, row.endpoint()));
    json.writeStringProperty("url", event.endpoint().url());
    json.writeBooleanProperty("success", row.isSuccess());
    json.writeStringProperty("delivery", state(row));
    json.writeNumberProperty("responseStatusCode", row.status());
    Json.text(json, "error", row.error());
    json.writeNumberProperty("durationMs", row.timings().total() / 1_000);
    json.writeNumberProperty("attempt", row.spent());
    Json.timeOrNull(json, "nextAttempt", row.nextDue());
  }
}
