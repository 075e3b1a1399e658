package dev.posthorn.server.api.common;

import dev.posthorn.internal.rules.RetryRules;
import dev.posthorn.server.http.Fields;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/** Retry schedules in requests and answers: the delays between attempts in whole seconds. */
public final class RetrySchedules {
  private static final String NAME = "retrySchedule";
  private static final String FORM =
      "must be a list of delays in whole seconds, such as [5, 300, 1800]";

  private RetrySchedules() {}

  /** Returns the delays in milliseconds, or null for the default. */
  public static @Nullable List<Long> read(Fields fields) {
    JsonNode node = fields.node(NAME);
    if (node == null) {
      return null;
    }
    if (!node.isArray()) {
      throw fields.invalid(NAME, FORM);
    }
    List<Duration> waits = new ArrayList<>();
    for (JsonNode wait : node) {
      waits.add(wait(fields, wait));
    }
    fields.require(NAME, RetryRules.problem(waits));
    return waits.stream().map(Duration::toMillis).toList();
  }

  /** Returns a delay, given in seconds or as an object of seconds and nanoseconds. */
  private static Duration wait(Fields fields, JsonNode wait) {
    long seconds = whole(wait.isObject() ? wait.get("secs") : wait);
    long nanos = wait.has("nanos") ? whole(wait.get("nanos")) : 0;
    if (seconds < 0 || nanos < 0) {
      throw fields.invalid(NAME, FORM);
    }
    return Duration.ofSeconds(seconds, nanos);
  }

  private static long whole(@Nullable JsonNode number) {
    return number != null
            && number.isIntegralNumber()
            && number.canConvertToLong()
            && number.asLong() <= 1_000_000_000
        ? number.asLong()
        : -1;
  }

  /** Writes delays given in milliseconds as objects of seconds and nanoseconds. */
  public static void writeDurations(JsonGenerator json, List<Long> waits) {
    json.writeArrayPropertyStart(NAME);
    for (long wait : waits) {
      json.writeStartObject();
      json.writeNumberProperty("secs", wait / 1_000);
      json.writeNumberProperty("nanos", wait % 1_000 * 1_000_000);
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  /** Writes delays given in milliseconds, or null for the default. */
  public static void write(JsonGenerator json, @Nullable List<Long> waits) {
    if (waits == null) {
      json.writeNullProperty(NAME);
      return;
    }
    json.writeArrayPropertyStart(NAME);
    waits.forEach(wait -> json.writeNumber(wait / 1_000));
    json.writeEndArray();
  }
}
