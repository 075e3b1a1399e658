package dev.posthorn.spi.store;

/** Whether an endpoint takes deliveries. The order is stored: append only. */
public enum EndpointState {
  /** It does. */
  ENABLED,
  /** New deliveries are accepted and held, until somebody resumes it. */
  PAUSED,
  /** Somebody disabled it: no new deliveries; those that wait are held. */
  DISABLED,
  /** Disabled by the engine, after a long time of nothing but failures. */
  DISABLED_FAILING,
  /** Disabled by the engine, since the receiver answered 410 Gone. */
  DISABLED_GONE;

  /** Returns whether a message accepted now makes a delivery for the endpoint. */
  public boolean accepts() {
    return this == ENABLED || this == PAUSED;
  }

  /** Returns whether somebody, or the engine, disabled the endpoint. */
  public boolean isDisabled() {
    return !accepts();
  }
}
