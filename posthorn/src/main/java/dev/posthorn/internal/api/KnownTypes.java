package dev.posthorn.internal.api;

import dev.posthorn.PosthornException;
import dev.posthorn.internal.engine.Engine;
import java.util.List;

/** Refuses unknown event types, if the options ask for that. */
final class KnownTypes {
  private static final String ALL_BELOW = ".*";

  private final Engine engine;
  private final boolean strict;

  KnownTypes(Engine engine, boolean strict) {
    this.engine = engine;
    this.strict = strict;
  }

  /** Checks the event type of a message. */
  void require(String type) {
    if (strict && engine.registry().eventType(OpenPosthorn.ENVIRONMENT, type) == null) {
      throw unknown("type", type, "is no event type here");
    }
  }

  /** Checks what an endpoint wants: a type, or a pattern that has to match one. */
  void requireAll(List<String> patterns) {
    for (String pattern : strict ? patterns : List.<String>of()) {
      if (!isKnown(pattern)) {
        throw unknown("events", pattern, "matches no event type here");
      }
    }
  }

  private boolean isKnown(String pattern) {
    if (pattern.equals("*")) {
      return true;
    }
    if (!pattern.endsWith(ALL_BELOW)) {
      return engine.registry().eventType(OpenPosthorn.ENVIRONMENT, pattern) != null;
    }
    String prefix = pattern.substring(0, pattern.length() - 1);
    return engine.registry().eventTypes(OpenPosthorn.ENVIRONMENT).stream()
        .anyMatch(row -> row.name().startsWith(prefix));
  }

  private static PosthornException unknown(String field, String value, String problem) {
    return PosthornException.invalid(
        field,
        "\""
            + value
            + "\" "
            + problem
            + "; add it with eventTypes().put, or open without"
            + " strictEventTypes");
  }
}
