package dev.posthorn.internal.engine.base;

import dev.posthorn.spi.transport.ExchangeLimits;
import java.util.List;
import java.util.function.Consumer;

/**
 * Options of an engine. An endpoint's own settings come before them.
 *
 * @param retryWaits the waits before the second, third, … attempt in milliseconds
 * @param jitter the share by which a wait is shorter or longer at random, 0 to 1
 * @param exchange the bounds of one exchange
 * @param health the rules that spare or disable a failing endpoint
 * @param limits the bounds of memory and of work under way
 * @param retentionMillis the time for which messages and attempts are kept
 * @param endpointsPerApplication the most endpoints of one application
 */
public record EngineOptions(
    List<Long> retryWaits,
    double jitter,
    ExchangeLimits exchange,
    HealthOptions health,
    EngineLimits limits,
    long retentionMillis,
    int endpointsPerApplication) {

  /**
   * The schedule of the Standard Webhooks specification: 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 10 h.
   */
  public static final List<Long> STANDARD_WAITS =
      List.of(5_000L, 300_000L, 1_800_000L, 7_200_000L, 18_000_000L, 36_000_000L, 36_000_000L);

  /** The default options. */
  public static final EngineOptions DEFAULT =
      new EngineOptions(
          STANDARD_WAITS,
          0.2,
          ExchangeLimits.DEFAULT,
          HealthOptions.DEFAULT,
          EngineLimits.forHeap(Runtime.getRuntime().maxMemory()),
          90L * 24 * 3_600_000,
          Integer.MAX_VALUE);

  /** Returns these options with another retry schedule. */
  public EngineOptions withRetryWaits(List<Long> waits) {
    return with(to -> to.retryWaits = List.copyOf(waits));
  }

  /** Returns these options with another jitter. */
  public EngineOptions withJitter(double share) {
    return with(to -> to.jitter = share);
  }

  /** Returns these options with other bounds of an exchange. */
  public EngineOptions withExchange(ExchangeLimits bounds) {
    return with(to -> to.exchange = bounds);
  }

  /** Returns these options with other rules of health. */
  public EngineOptions withHealth(HealthOptions rules) {
    return with(to -> to.health = rules);
  }

  /** Returns these options with other limits. */
  public EngineOptions withLimits(EngineLimits bounds) {
    return with(to -> to.limits = bounds);
  }

  /** Returns these options with another retention. */
  public EngineOptions withRetention(long millis) {
    return with(to -> to.retentionMillis = millis);
  }

  /** Returns these options with another bound of endpoints for each application. */
  public EngineOptions withEndpointsPerApplication(int most) {
    return with(to -> to.endpointsPerApplication = most);
  }

  private EngineOptions with(Consumer<Builder> change) {
    Builder builder = new Builder(this);
    change.accept(builder);
    return builder.build();
  }

  /** The components, one of which changes. */
  private static final class Builder {
    List<Long> retryWaits;
    double jitter;
    ExchangeLimits exchange;
    HealthOptions health;
    EngineLimits limits;
    long retentionMillis;
    int endpointsPerApplication;

    Builder(EngineOptions options) {
      this.retryWaits = options.retryWaits;
      this.jitter = options.jitter;
      this.exchange = options.exchange;
      this.health = options.health;
      this.limits = options.limits;
      this.retentionMillis = options.retentionMillis;
      this.endpointsPerApplication = options.endpointsPerApplication;
    }

    EngineOptions build() {
      return new EngineOptions(
          retryWaits, jitter, exchange, health, limits, retentionMillis, endpointsPerApplication);
    }
  }
}
