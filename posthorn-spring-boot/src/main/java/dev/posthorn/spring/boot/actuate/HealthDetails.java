package dev.posthorn.spring.boot.actuate;

import dev.posthorn.Health;
import dev.posthorn.Posthorn;
import dev.posthorn.PosthornStats;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The health of a Posthorn as both lines of Spring Boot report it.
 *
 * @param up whether messages are accepted
 * @param details values by name; none is a secret
 */
record HealthDetails(boolean up, Map<String, Object> details) {

  /** Returns the health of this moment, with figures while it is open. */
  static HealthDetails of(Posthorn posthorn) {
    Health health = posthorn.health();
    Map<String, Object> details = new LinkedHashMap<>(health.details());
    if (health.isLive()) {
      PosthornStats.Deliveries deliveries = posthorn.stats().deliveries();
      details.put("inFlight", deliveries.inFlight());
      details.put("waitingInMemory", deliveries.loaded());
      details.put("overdue", deliveries.overdue().toString());
    }
    return new HealthDetails(health.isReady(), details);
  }
}
