package dev.posthorn.internal.engine.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.wire.StandardWireFormat;
import dev.posthorn.spi.store.rows.EndpointPolicy;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DeliveryRulesTest {
  private static final EngineOptions OPTIONS =
      EngineOptions.DEFAULT.withRetryWaits(List.of(1_000L, 3_000L)).withJitter(0.5);

  private static EndpointPolicy policy(@Nullable List<Long> waits, int timeoutMillis) {
    return EndpointPolicy.builder().timeoutMillis(timeoutMillis).retryWaits(waits).build();
  }

  private static DeliveryRules rules(@Nullable List<Long> waits, int timeoutMillis) {
    return new DeliveryRules(policy(waits, timeoutMillis), OPTIONS, new StandardWireFormat(false));
  }

  @Test
  void anEndpointsOwnScheduleComesBeforeTheEngines() {
    assertThat(rules(null, 0).retryWaits()).containsExactly(1_000L, 3_000L);
    assertThat(rules(List.of(7L), 0).retryWaits()).containsExactly(7L);
    assertThat(rules(List.of(), 0).retryWaits()).isEmpty();
  }

  @Test
  void aLifetimeIsAllWaitsAtTheirLongestAndATimeOutForEachAttempt() {
    assertThat(rules(null, 500).lifetimeMillis()).isEqualTo(6_000 + 3 * 500);
    assertThat(rules(List.of(), 500).lifetimeMillis()).isEqualTo(500);
    assertThat(rules(null, 0).lifetimeMillis())
        .isEqualTo(6_000 + 3L * OPTIONS.exchange().totalMillis());
  }

  @Test
  void aDeliveryWaitsADayForItsFirstExchangeOrItsLifetimeIfThatIsLonger() {
    assertThat(DeliveryRules.deadline(policy(null, 0), null, OPTIONS, 5))
        .isEqualTo(5 + 24 * 3_600_000L);
    EndpointPolicy slow = policy(List.of(100 * 3_600_000L), 0);
    assertThat(DeliveryRules.deadline(slow, null, OPTIONS, 5))
        .isEqualTo(5 + rules(List.of(100 * 3_600_000L), 0).lifetimeMillis());
  }

  @Test
  void anEventTypesScheduleComesBetweenTheEndpointsAndTheEngines() {
    List<Long> typeWaits = List.of(9L, 9L);
    assertThat(rules(null, 0).forType(null).retryWaits()).containsExactly(1_000L, 3_000L);
    assertThat(rules(null, 500).forType(typeWaits).retryWaits()).containsExactly(9L, 9L);
    assertThat(rules(null, 500).forType(typeWaits).lifetimeMillis()).isEqualTo(27 + 3 * 500);
    assertThat(rules(List.of(7L), 0).forType(typeWaits).retryWaits()).containsExactly(7L);
  }

  @Test
  void aDeliveryWaitsAsLongAsItsEventTypesScheduleTakes() {
    List<Long> days = List.of(100 * 3_600_000L);
    assertThat(DeliveryRules.deadline(policy(null, 0), days, OPTIONS, 5))
        .isEqualTo(5 + rules(days, 0).lifetimeMillis());
  }
}
