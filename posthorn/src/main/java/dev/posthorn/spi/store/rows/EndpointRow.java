package dev.posthorn.spi.store.rows;

import org.jspecify.annotations.Nullable;

/**
 * A stored endpoint. Its secrets and custom headers are {@link SecretRow}s.
 *
 * @param id its id
 * @param application the application it belongs to
 * @param spec the settings that its owner chose
 * @param state whether it accepts deliveries
 * @param created the time it was created
 * @param updated the time it was last changed
 */
public record EndpointRow(
    long id, long application, EndpointSpec spec, EndpointState state, long created, long updated) {

  /** The URL of a deleted endpoint, whose own URL is not kept. */
  public static final String DELETED_URL = "http://deleted.invalid/";

  /**
   * Returns the remains of a deleted endpoint: its id, its application and the time it was created,
   * as far as these are known.
   */
  public static EndpointRow deleted(long id, long application, long created) {
    return new EndpointRow(
        id,
        application,
        EndpointSpec.to(DELETED_URL).build(),
        EndpointState.DISABLED,
        created,
        created);
  }

  /** Returns the host's own name for it, or null. */
  public @Nullable String uid() {
    return spec.uid();
  }

  /** Returns the URL of its receiver. */
  public String url() {
    return spec.url();
  }

  /** Returns its delivery rules. */
  public EndpointPolicy policy() {
    return spec.policy();
  }

  /** Returns this endpoint in another state, changed at the given time. */
  public EndpointRow with(EndpointState changed, long now) {
    return new EndpointRow(id, application, spec, changed, created, now);
  }

  /** Returns this endpoint with other settings, changed at the given time. */
  public EndpointRow with(EndpointSpec changed, long now) {
    return new EndpointRow(id, application, changed, state, created, now);
  }
}
