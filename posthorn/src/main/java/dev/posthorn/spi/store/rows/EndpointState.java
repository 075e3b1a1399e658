package dev.posthorn.spi.store.rows;

/** State of an endpoint. The order is stored: append only. */
public enum EndpointState {
  /** New deliveries are accepted and sent. */
  ENABLED,
  /** New deliveries are accepted and held until a user resumes the endpoint. */
  PAUSED,
  /** Disabled by a user: no new deliveries; waiting ones are held. */
  DISABLED,
  /** Disabled by the engine, after nothing but failures for a long time. */
  DISABLED_FAILING,
  /** Disabled by the engine, because the receiver answered 410 Gone. */
  DISABLED_GONE;

  /** Returns whether a message accepted now creates a delivery for the endpoint. */
  public boolean accepts() {
    return this == ENABLED || this == PAUSED;
  }

  /** Returns whether a user or the engine disabled the endpoint. */
  public boolean isDisabled() {
    return !accepts();
  }
}
