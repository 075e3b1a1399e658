package dev.posthorn.spi.store.rows;

/**
 * A stored environment, isolated from others, with its own applications, event types and tokens.
 *
 * @param id its id
 * @param name its name for the host and in tokens, such as {@code org_2xK…}; unique
 * @param created the time it was created
 * @param updated the time it was last changed
 * @param retentionMillis the retention of its messages and their attempts, or 0 for the store's
 *     retention
 */
public record EnvironmentRow(
    long id, String name, long created, long updated, long retentionMillis) {

  /** Creates a row of an environment without its own retention. */
  public EnvironmentRow(long id, String name, long created, long updated) {
    this(id, name, created, updated, 0);
  }

  /** Returns this environment with another retention, changed at the given time. */
  public EnvironmentRow withRetention(long millis, long now) {
    return new EnvironmentRow(id, name, created, now, millis);
  }
}
