package dev.posthorn.internal.engine.lane;

import dev.posthorn.internal.engine.registry.RegisteredEndpoint;
import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.internal.id.PublicIds;
import dev.posthorn.spi.store.rows.EndpointState;
import dev.posthorn.spi.store.rows.MessageSpec;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs the transitions of lanes and of their circuit breakers, at level debug. Thread-safe. */
final class LaneLog {
  private static final Logger LOG = LoggerFactory.getLogger(LaneLog.class);

  private final PublicIds ids;

  LaneLog(PublicIds ids) {
    this.ids = ids;
  }

  private String id(RegisteredEndpoint endpoint) {
    return ids.format(IdPrefix.ENDPOINT, endpoint.id);
  }

  /** Logs the new state of a lane's endpoint. */
  void state(RegisteredEndpoint endpoint, EndpointState state) {
    if (LOG.isDebugEnabled()) {
      switch (state) {
        case ENABLED -> LOG.debug("Endpoint {} resumed", id(endpoint));
        case PAUSED -> LOG.debug("Endpoint {} paused: its deliveries wait", id(endpoint));
        default -> LOG.debug("Endpoint {} disabled, {}: its deliveries wait", id(endpoint), state);
      }
    }
  }

  /**
   * Logs that an endpoint asked for a pause.
   *
   * @param delivery the delivery that it answered with Retry-After
   */
  void retryAfter(RegisteredEndpoint endpoint, Delivery delivery, long untilMillis) {
    if (LOG.isDebugEnabled()) {
      MessageSpec spec = delivery.spec();
      LOG.debug(
          "Endpoint {} answered {} with Retry-After: no attempts until {}",
          id(endpoint),
          ids.message(delivery.row.message(), spec == null ? null : spec.publicId()),
          Instant.ofEpochMilli(untilMillis));
    }
  }

  /** Logs that new deliveries find no room in {@code hot}, or find some again. */
  void overflow(RegisteredEndpoint endpoint, boolean begins) {
    if (LOG.isDebugEnabled()) {
      LOG.debug(
          begins
              ? "New deliveries for endpoint {} parked: no room in the hot queue"
              : "New deliveries for endpoint {} hot again: all parked ones are in memory",
          id(endpoint));
    }
  }

  /** Logs that deliveries which cannot go move from {@code hot} to {@code parked}. */
  void parking(RegisteredEndpoint endpoint, int deliveries) {
    if (LOG.isDebugEnabled()) {
      LOG.debug("Parking {} deliveries that wait for endpoint {}", deliveries, id(endpoint));
    }
  }

  /** Logs the new state of a circuit breaker. */
  void breaker(RegisteredEndpoint endpoint, CircuitBreaker.State state, long openMillis) {
    if (LOG.isDebugEnabled()) {
      switch (state) {
        case OPEN ->
            LOG.debug("Circuit breaker of endpoint {} opened for {} ms", id(endpoint), openMillis);
        case HALF_OPEN ->
            LOG.debug("Circuit breaker of endpoint {} half-open: one probe", id(endpoint));
        case CLOSED -> LOG.debug("Circuit breaker of endpoint {} closed", id(endpoint));
      }
    }
  }
}
