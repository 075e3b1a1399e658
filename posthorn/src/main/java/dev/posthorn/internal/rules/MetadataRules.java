package dev.posthorn.internal.rules;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rules for the metadata of applications and endpoints, all of which is kept in memory. */
public final class MetadataRules {
  /** Maximum number of entries. */
  public static final int MAX_ENTRIES = 50;

  /** Maximum number of characters of a key. */
  public static final int MAX_KEY = 100;

  /** Maximum number of characters of a value. */
  public static final int MAX_VALUE = 500;

  /** Maximum number of characters of keys and values together. */
  public static final int MAX_TOGETHER = 8_192;

  private MetadataRules() {}

  /** Returns the problem with metadata, or null. */
  public static @Nullable String problem(Map<String, String> metadata) {
    if (metadata.size() > MAX_ENTRIES) {
      return "must have at most "
          + MAX_ENTRIES
          + " entries, but has "
          + metadata.size()
          + "; leave some out";
    }
    for (Map.Entry<String, String> entry : metadata.entrySet()) {
      String problem = problem(entry.getKey(), entry.getValue());
      if (problem != null) {
        return problem;
      }
    }
    int together = Problems.length(metadata.keySet()) + Problems.length(metadata.values());
    return together <= MAX_TOGETHER
        ? null
        : "must have at most "
            + MAX_TOGETHER
            + " characters in keys and values together, but has "
            + together
            + "; shorten it";
  }

  private static @Nullable String problem(String key, String value) {
    if (key.isBlank()) {
      return "has a blank key; give each entry a name";
    }
    String problem = Problems.ofLength(key, MAX_KEY);
    if (problem != null) {
      return "a key " + problem;
    }
    problem = Problems.ofLength(value, MAX_VALUE);
    return problem == null ? null : "the value of " + Quoted.of(key) + " " + problem;
  }
}
