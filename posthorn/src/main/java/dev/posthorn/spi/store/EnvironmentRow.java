package dev.posthorn.spi.store;

/**
 * An environment as it is stored: a separate world with applications, event types and tokens of its
 * own.
 *
 * @param id its id
 * @param name what the host or a token calls it, such as {@code org_2xK…}; unique
 * @param created when it was created
 * @param updated when it was last changed
 * @param retentionMillis for how long its messages are kept with their attempts, or 0 for as long
 *     as the store keeps any
 */
public record EnvironmentRow(
    long id, String name, long created, long updated, long retentionMillis) {

  /** Creates a row of an environment without a retention of its own. */
  public EnvironmentRow(long id, String name, long created, long updated) {
    this(id, name, created, updated, 0);
  }

  /** Returns this environment with another retention, changed at a time. */
  public EnvironmentRow withRetention(long millis, long now) {
    return new EnvironmentRow(id, name, created, now, millis);
  }
}
