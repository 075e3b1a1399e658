package dev.posthorn.spi.store.rows;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The settings of an application that its owner chooses.
 *
 * @param uid the host's own name for it, unique within the environment, or null
 * @param name its display name
 * @param rateLimit the maximum number of attempts per second for all of its endpoints together, or
 *     0 for no limit
 * @param metadata the host's own notes
 */
public record ApplicationSpec(
    @Nullable String uid, String name, int rateLimit, Map<String, String> metadata) {

  /** Creates a spec. */
  public ApplicationSpec {
    metadata = Map.copyOf(metadata);
  }

  /** Returns a spec without a limit and without notes. */
  public static ApplicationSpec of(@Nullable String uid, String name) {
    return new ApplicationSpec(uid, name, 0, Map.of());
  }

  /** Returns this spec with another uid. */
  public ApplicationSpec withUid(@Nullable String other) {
    return new ApplicationSpec(other, name, rateLimit, metadata);
  }

  /** Returns this spec with another name. */
  public ApplicationSpec withName(String other) {
    return new ApplicationSpec(uid, other, rateLimit, metadata);
  }

  /** Returns this spec with another limit. */
  public ApplicationSpec withRateLimit(int perSecond) {
    return new ApplicationSpec(uid, name, perSecond, metadata);
  }

  /** Returns this spec with other notes. */
  public ApplicationSpec withMetadata(Map<String, String> notes) {
    return new ApplicationSpec(uid, name, rateLimit, notes);
  }
}
