package dev.posthorn.server.api.attempt;

import dev.posthorn.AttemptKind;
import dev.posthorn.Timings;
import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.internal.id.Ids;
import dev.posthorn.server.api.common.ApiSupport;
import dev.posthorn.server.api.common.Json;
import dev.posthorn.server.api.common.Statuses;
import dev.posthorn.server.http.Call;
import dev.posthorn.server.http.Query;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** Writes attempts. */
final class AttemptView {
  /** Placeholder for a response that the client does not want. */
  private static final String NO_RESPONSE = "{}";

  private final ApiSupport api;

  AttemptView(ApiSupport api) {
    this.api = api;
  }

  /**
   * The extent to which an attempt is shown.
   *
   * @param content whether the response is shown
   * @param expanded whether canceled is distinguished from fail
   * @param customer whether the reader is a customer, who must not learn about the server's network
   */
  record Extent(boolean content, boolean expanded, boolean customer) {
    static Extent of(Call call) {
      Query query = call.query();
      return new Extent(
          query.flag("with_content", true),
          Statuses.isExpanded(query),
          call.caller().isApplication());
    }
  }

  /**
   * Writes an attempt's properties.
   *
   * @param messageId the public id that the sender chose for its message, or null
   */
  void write(JsonGenerator json, AttemptRow row, Extent extent, @Nullable String messageId) {
    EndpointRow endpoint = api.engine().registry().endpoint(row.endpoint());
    json.writeStringProperty("id", api.id(IdPrefix.ATTEMPT, row.id()));
    json.writeStringProperty("msgId", api.engine().publicIds().message(row.message(), messageId));
    json.writeStringProperty("endpointId", api.id(IdPrefix.ENDPOINT, row.endpoint()));
    json.writeStringProperty("url", endpoint == null ? EndpointRow.DELETED_URL : endpoint.url());
    AttemptFailure failure = AttemptFailure.of(row, extent.customer());
    Statuses.write(json, row, extent.expanded());
    json.writeNumberProperty("responseStatusCode", row.status());
    json.writeNumberProperty("responseDurationMs", row.timings().total() / 1_000);
    json.writeStringProperty("response", extent.content() ? failure.text() : NO_RESPONSE);
    json.writeNumberProperty("triggerType", isManual(row) ? 1 : 0);
    Json.time(json, "timestamp", Ids.timeOf(row.id()));
    Json.text(json, "error", failure.error());
    json.writeNumberProperty("attempt", row.spent());
    Json.timeOrNull(json, "nextAttempt", row.nextDue());
    timings(json, row.timings());
  }

  private static boolean isManual(AttemptRow row) {
    return row.kind().isReplay() || row.kind() == AttemptKind.TEST;
  }

  private static void timings(JsonGenerator json, Timings timings) {
    json.writeObjectPropertyStart("timings");
    json.writeNumberProperty("dnsMicros", timings.dns());
    json.writeNumberProperty("connectMicros", timings.connect());
    json.writeNumberProperty("tlsMicros", timings.tls());
    json.writeNumberProperty("firstByteMicros", timings.firstByte());
    json.writeNumberProperty("totalMicros", timings.total());
    json.writeEndObject();
  }
}
