package dev.posthorn.server.api;

import dev.posthorn.server.http.Fields;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/** Retry schedules in requests and answers: the waits between attempts in whole seconds. */
final class RetrySchedules {
  private static final String NAME = "retrySchedule";
  private static final int MOST = 50;
  private static final long LONGEST_SECONDS = 30L * 86_400;

  private RetrySchedules() {}

  /** Returns the waits in milliseconds, or null for the default. */
  static @Nullable List<Long> read(Fields fields) {
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
      if (!wait.isIntegralNumber()
          || !wait.canConvertToLong()
          || wait.asLong() < 0
          || wait.asLong() > LONGEST_SECONDS) {
        throw fields.invalid(
            NAME, "must be a list of whole seconds, each from 0 to " + LONGEST_SECONDS);
      }
      waits.add(wait.asLong() * 1_000);
      total += wait.asLong();
    }
    if (total > LONGEST_SECONDS) {
      throw fields.invalid(NAME, "takes longer than 30 days in all; make it shorter");
    }
    return List.copyOf(waits);
  }

  /** Writes waits given in milliseconds, or null for the default. */
  static void write(JsonGenerator json, @Nullable List<Long> waits) {
    if (waits == null) {
      json.writeNullProperty(NAME);
      return;
    }
    json.writeArrayPropertyStart(NAME);
    waits.forEach(wait -> json.writeNumber(wait / 1_000));
    json.writeEndArray();
  }
}
