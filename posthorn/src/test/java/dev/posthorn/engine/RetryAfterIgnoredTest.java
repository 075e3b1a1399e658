package dev.posthorn.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.store.AttemptKind;
import dev.posthorn.store.DeliveryState;
import dev.posthorn.store.EndpointPolicy;
import dev.posthorn.store.LiveRow;
import dev.posthorn.transport.ExchangeResult;
import dev.posthorn.transport.Timings;
import dev.posthorn.wire.StandardWireFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RetryAfterIgnoredTest {
  private static final long NOW = 1_000_000;
  private static final EndpointPolicy POLICY =
      EndpointPolicy.builder().timeoutMillis(30_000).retryWaits(List.of(4_000L)).build();

  private static Verdict verdict(long retryAfterCapMillis) {
    HealthOptions health = new HealthOptions(10, 1_000, 60_000, 1_000, retryAfterCapMillis, 1_000);
    DeliveryRules rules =
        new DeliveryRules(
            POLICY,
            EngineOptions.DEFAULT.withJitter(0).withHealth(health),
            new StandardWireFormat(false));
    LiveRow row =
        new LiveRow(1, 2, 3, LiveRow.Place.HOT, NOW, 0, 0, NOW + 100_000, AttemptKind.SCHEDULED);
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
