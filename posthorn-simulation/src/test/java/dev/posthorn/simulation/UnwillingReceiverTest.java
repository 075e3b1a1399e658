package dev.posthorn.simulation;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.spi.store.rows.EndpointState;
import dev.posthorn.spi.transport.HttpRequest;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A receiver that answers 4xx is not in trouble: its answer is about that message alone. */
class UnwillingReceiverTest {
  private static final long SECOND = EngineHarness.SECOND;
  private static final long HOUR = 3_600 * SECOND;

  private int exchanges;
  private int status = 400;
  private final EngineHarness harness =
      new EngineHarness(
          1,
          EngineOptions.DEFAULT
              .withRetryWaits(List.of(1_000L, 2_000L, 4_000L, 8_000L))
              .withJitter(0),
          Launcher.PLAIN,
          this::reply);
  private final long endpoint =
      harness.await(harness.addEndpoint("e", EngineHarness.policy(false))).id();

  private SimReceiver.Reply reply(String host, HttpRequest request) {
    exchanges++;
    return SimReceiver.answer(5, status, null, request.limits());
  }

  private void send(int messages) {
    for (int i = 0; i < messages; i++) {
      harness.send(0);
    }
  }

  @Test
  void allAttemptsAreMadeWhenTheyAreDue() {
    harness.run(30 * SECOND);
    send(5);
    harness.run(40 * SECOND);
    assertThat(exchanges).isEqualTo(25);
  }

  @Test
  void whatItWantsIsNotHeldUpByWhatItDoesNot() {
    harness.run(30 * SECOND);
    send(50);
    harness.run(10 * SECOND);
    status = 200;
    exchanges = 0;
    send(100);
    harness.run(5 * SECOND);
    assertThat(exchanges).isGreaterThanOrEqualTo(100);
  }

  @Test
  void oneThatWantsNothingForDaysIsDisabledAllTheSame() {
    harness.run(30 * SECOND);
    for (int i = 0; i < 11; i++) {
      assertThat(requireNonNull(harness.tables.endpoints().get(endpoint)).state())
          .isEqualTo(EndpointState.ENABLED);
      send(1);
      harness.run(12 * HOUR);
    }
    assertThat(requireNonNull(harness.tables.endpoints().get(endpoint)).state())
        .isEqualTo(EndpointState.DISABLED_FAILING);
  }
}
