package dev.posthorn.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.engine.base.HealthOptions;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EndpointState;
import java.util.List;
import org.junit.jupiter.api.Test;

/** With 5 days as the time of nothing but failures. */
class AutoDisableTest {
  private static final long HOUR = 3_600 * EngineHarness.SECOND;
  private static final long DAY = 24 * HOUR;

  private final SimReceiver[] receiver = new SimReceiver[1];
  private final EngineHarness harness =
      new EngineHarness(
          1,
          EngineOptions.DEFAULT.withRetryWaits(List.of()),
          Launcher.PLAIN,
          (host, request) -> receiver[0].reply(request.limits()));
  private final EndpointRow endpoint;

  AutoDisableTest() {
    receiver[0] = new SimReceiver(harness.random);
    receiver[0].mood(SimReceiver.Mood.HANGING);
    endpoint = harness.await(harness.addEndpoint("e", EngineHarness.policy(false)));
    harness.run(HOUR);
  }

  private void sendEach(long nanos, int times) {
    for (int i = 0; i < times; i++) {
      harness.send(0);
      harness.run(nanos);
    }
  }

  private EndpointState state() {
    return stateOf(harness, endpoint.id());
  }

  private static EndpointState stateOf(EngineHarness on, long endpoint) {
    EndpointRow row = on.tables.endpoints().get(endpoint);
    return row == null ? EndpointState.DISABLED : row.state();
  }

  @Test
  void anEndpointThatFailedAllAlongIsDisabledAfterTheTime() {
    sendEach(12 * HOUR, 10);
    assertThat(state()).isEqualTo(EndpointState.ENABLED);
    sendEach(12 * HOUR, 1);
    assertThat(state()).isEqualTo(EndpointState.DISABLED_FAILING);
  }

  @Test
  void twoFailuresFarApartAreNoEvidence() {
    sendEach(6 * DAY, 2);
    assertThat(state()).isEqualTo(EndpointState.ENABLED);
  }

  @Test
  void manyFailuresOnTwoDaysAreNoEvidence() {
    sendEach(HOUR / 10, 100);
    harness.run(5 * DAY);
    sendEach(HOUR / 10, 100);
    assertThat(state()).isEqualTo(EndpointState.ENABLED);
  }

  @Test
  void whoFailsSeldomIsDisabledOnceThereIsEvidence() {
    sendEach(4 * DAY, 3);
    assertThat(state()).isEqualTo(EndpointState.ENABLED);
    sendEach(4 * DAY, 1);
    assertThat(state()).isEqualTo(EndpointState.DISABLED_FAILING);
  }

  @Test
  void oneSuccessStartsTheTimeAgain() {
    sendEach(12 * HOUR, 9);
    receiver[0].mood(SimReceiver.Mood.HEALTHY);
    sendEach(12 * HOUR, 1);
    receiver[0].mood(SimReceiver.Mood.HANGING);
    sendEach(12 * HOUR, 9);
    assertThat(state()).isEqualTo(EndpointState.ENABLED);
  }

  @Test
  void theTimeMayBeOneSecond() {
    EngineHarness hasty =
        new EngineHarness(
            1,
            EngineOptions.DEFAULT
                .withRetryWaits(List.of())
                .withHealth(HealthOptions.DEFAULT.toBuilder().disableAfterMillis(1_000).build()),
            Launcher.PLAIN,
            (host, request) -> SimReceiver.answer(5, 500, null, request.limits()));
    long id = hasty.await(hasty.addEndpoint("e", EngineHarness.policy(false))).id();
    hasty.run(HOUR);
    for (int i = 0; i < 6; i++) {
      hasty.clock.after(i * EngineHarness.SECOND / 4, () -> hasty.send(0));
    }
    hasty.run(EngineHarness.SECOND / 2);
    assertThat(stateOf(hasty, id)).isEqualTo(EndpointState.ENABLED);
    hasty.run(10 * EngineHarness.SECOND);
    assertThat(stateOf(hasty, id)).isEqualTo(EndpointState.DISABLED_FAILING);
  }
}
