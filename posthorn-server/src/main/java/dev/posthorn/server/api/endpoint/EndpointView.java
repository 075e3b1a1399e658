package dev.posthorn.server.api.endpoint;

import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.internal.id.Ids;
import dev.posthorn.server.api.common.ApiSupport;
import dev.posthorn.server.api.common.Json;
import dev.posthorn.server.http.Answer;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EndpointState;
import java.util.Locale;
import tools.jackson.core.JsonGenerator;

/** Writes endpoints. */
public final class EndpointView {
  private final ApiSupport api;

  public EndpointView(ApiSupport api) {
    this.api = api;
  }

  /** Returns the remains of a deleted endpoint: its id, which contains its creation time. */
  public static EndpointRow gone(long id, long application) {
    return EndpointRow.deleted(id, application, Ids.timeOf(id));
  }

  /** Answers with one endpoint. */
  Answer answer(int status, EndpointRow row) {
    return Answer.json(
        status,
        json -> {
          json.writeStartObject();
          write(json, row);
          json.writeEndObject();
        });
  }

  /** Writes an endpoint's properties. */
  void write(JsonGenerator json, EndpointRow row) {
    common(json, row);
    EndpointFields.write(json, EndpointFields.MORE, row.spec());
    json.writeBooleanProperty("paused", row.state() == EndpointState.PAUSED);
    json.writeStringProperty("state", state(row));
  }

  /** Returns the state of an endpoint as clients see it. */
  public static String state(EndpointRow row) {
    return row.state().name().toLowerCase(Locale.ROOT);
  }

  /** Writes the properties that an endpoint has wherever it appears. */
  public void common(JsonGenerator json, EndpointRow row) {
    json.writeStringProperty("id", api.id(IdPrefix.ENDPOINT, row.id()));
    EndpointFields.write(json, EndpointFields.BASIC, row.spec());
    json.writeNumberProperty("version", 1); // older clients require it
    json.writeBooleanProperty("disabled", row.state().isDisabled());
    Json.time(json, "createdAt", row.created());
    Json.time(json, "updatedAt", row.updated());
  }
}
