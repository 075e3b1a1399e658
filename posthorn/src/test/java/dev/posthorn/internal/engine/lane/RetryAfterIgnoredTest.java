package dev.posthorn.internal.engine.lane;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.DeliveryState;
import dev.posthorn.Timings;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.engine.base.HealthOptions;
import dev.posthorn.internal.engine.registry.DeliveryRules;
import dev.posthorn.internal.wire.StandardWireFormat;
import dev.posthorn.spi.store.rows.EndpointPolicy;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.transport.ExchangeResult;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RetryAfterIgnoredTest {
  private static final long NOW = 1_000_000;
  private static final EndpointPolicy POLICY =
      EndpointPolicy.builder().timeoutMillis(30_000).retryWaits(List.of(4_000L)).build();

  private static Verdict verdict(long retryAfterCapMillis) {
    HealthOptions health =
        HealthOptions.DEFAULT.toBuilder()
            .retryAfterCapMillis(retryAfterCapMillis)
            .disableAfterMillis(1_000)
            .build();
    DeliveryRules rules =
        new DeliveryRules(
            POLICY,
            EngineOptions.DEFAULT.withJitter(0).withHealth(health),
            new StandardWireFormat(false));
    LiveRow row = LiveRow.hot(1, 2, 3, NOW, NOW + 100_000);
    ExchangeResult busy = new ExchangeResult.Response(503, "1", new byte[0], null, Timings.NONE);
    return Verdict.of(row, busy, rules, NOW, new Random(1));
  }

  @Test
  void aReceiverThatAsksForTimeGetsItAndSpendsNoAttempt() {
    Verdict verdict = verdict(60_000);

    assertThat(verdict.spent()).isZero();
    assertThat(verdict.due()).isEqualTo(NOW + 1_000);
    assertThat(verdict.holdUntil()).isEqualTo(NOW + 1_000);
  }

  @Test
  void ignoredItSpendsAnAttemptAndTheScheduleHolds() {
    Verdict verdict = verdict(HealthOptions.IGNORE_RETRY_AFTER);

    assertThat(verdict.state()).isEqualTo(DeliveryState.WAITING);
    assertThat(verdict.spent()).isEqualTo(1);
    assertThat(verdict.due()).isEqualTo(NOW + 4_000);
    assertThat(verdict.holdUntil()).isZero();
  }
}
