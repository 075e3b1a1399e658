package dev.posthorn.internal.rules;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Rules for event types; their names follow {@link NameRules#NAME}. */
public final class EventTypeRules {
  /** Maximum number of characters of a description. */
  public static final int MAX_DESCRIPTION = 4_096;

  /** Maximum number of characters of the schemas of one event type, as JSON. */
  public static final int MAX_SCHEMAS = 131_072;

  /** Maximum number of feature flags of an event type or a token. */
  public static final int MAX_FLAGS = 25;

  /** Maximum number of event types of an environment, archived ones included. */
  public static final int MAX_EVENT_TYPES = 10_000;

  /** Maximum number of characters of descriptions and schemas of an environment. */
  public static final int MAX_TOGETHER = 8 * 1024 * 1024;

  private EventTypeRules() {}

  /** Returns the problem with feature flags, or null. */
  public static @Nullable String flagsProblem(Collection<String> flags) {
    return NameRules.NAME.problem(flags, MAX_FLAGS);
  }
}
