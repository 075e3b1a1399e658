package dev.posthorn.spring.boot.actuate;

import dev.posthorn.Posthorn;
import org.springframework.boot.actuate.health.AbstractHealthIndicator;
import org.springframework.boot.actuate.health.Health;

/** The health indicator {@code posthorn} of Spring Boot 3.5: up while messages are accepted. */
public class Boot3PosthornHealthIndicator extends AbstractHealthIndicator {
  private final Posthorn posthorn;

  /** Creates an indicator for a Posthorn. */
  public Boot3PosthornHealthIndicator(Posthorn posthorn) {
    super("Posthorn health check failed");
    this.posthorn = posthorn;
  }

  @Override
  protected void doHealthCheck(Health.Builder builder) {
    HealthDetails now = HealthDetails.of(posthorn);
    (now.up() ? builder.up() : builder.down()).withDetails(now.details());
  }
}
