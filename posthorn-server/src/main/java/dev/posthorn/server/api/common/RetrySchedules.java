package dev.posthorn.server.api.common;

import dev.posthorn.server.http.Fields;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/** Retry schedules in requests and answers: the waits between attempts in whole seconds. */
public final class RetrySchedules {
  private static final String NAME = "retrySchedule";
  private static final int MOST = 50;
  private static final long LONGEST_SECONDS = 30L * 86_400;

  private RetrySchedules() {}

  /** Returns the waits in milliseconds, or null for the default. */
  public static @Nullable List<Long> read(Fields fields) {
    JsonNode node = fields.node(NAME);
    if (node == null) {
      return null;
    }
    if (!node.isArray() || node.size() > MOST) {
      throw fields.invalid(NAME, "must be a list of at most " + MOST + " waits in seconds");
    }
    List<Long> waits = new ArrayList<>();
    long total = 0;
    for (JsonNode wait : node) {
      long millis = millis(wait);
      if (millis < 0 || millis > LONGEST_SECONDS * 1_000) {
        throw fields.invalid(
            NAME, "must be a list of whole seconds, each from 0 to " + LONGEST_SECONDS);
      }
      waits.add(millis);
      total += millis;
    }
    if (total > LONGEST_SECONDS * 1_000) {
      throw fields.invalid(NAME, "takes longer than 30 days in all; make it shorter");
    }
    return List.copyOf(waits);
  }

  /** Returns a wait, which clients give in seconds or as an object of both; -1 if it is neither. */
  private static long millis(JsonNode wait) {
    if (wait.isObject()) {
      long seconds = whole(wait.get("secs"));
      long nanos = wait.has("nanos") ? whole(wait.get("nanos")) : 0;
      return seconds < 0 || nanos < 0 ? -1 : seconds * 1_000 + nanos / 1_000_000;
    }
    long seconds = whole(wait);
    return seconds < 0 ? -1 : seconds * 1_000;
  }

  private static long whole(@Nullable JsonNode number) {
    return number != null
            && number.isIntegralNumber()
            && number.canConvertToLong()
            && number.asLong() <= 1_000_000_000
        ? number.asLong()
        : -1;
  }

  /** Writes waits given in milliseconds as objects of seconds and nanoseconds. */
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

  /** Writes waits given in milliseconds, or null for the default. */
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
