package dev.posthorn.spi.store.rows;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A stored application: one customer of the host, the tenant.
 *
 * @param id its id
 * @param environment the environment that it belongs to
 * @param spec the settings that its owner chose
 * @param created the time it was created
 * @param updated the time it was last changed
 */
public record ApplicationRow(
    long id, long environment, ApplicationSpec spec, long created, long updated) {

  /** Returns the row of an application to create, without an id and times. */
  public static ApplicationRow draft(long environment, ApplicationSpec spec) {
    return new ApplicationRow(0, environment, spec, 0, 0);
  }

  /** Returns the host's own name for it, or null. */
  public @Nullable String uid() {
    return spec.uid();
  }

  /** Returns its display name. */
  public String name() {
    return spec.name();
  }

  /**
   * Returns the maximum number of attempts per second for all of its endpoints together, or 0 for
   * no limit.
   */
  public int rateLimit() {
    return spec.rateLimit();
  }

  /** Returns the host's own notes. */
  public Map<String, String> metadata() {
    return spec.metadata();
  }

  /** Returns this application with other settings, changed at the given time. */
  public ApplicationRow with(ApplicationSpec changed, long now) {
    return new ApplicationRow(id, environment, changed, created, now);
  }
}
