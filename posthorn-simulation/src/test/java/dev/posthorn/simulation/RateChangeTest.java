package dev.posthorn.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.spi.store.rows.EndpointPolicy;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EndpointState;
import dev.posthorn.spi.transport.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A rate limit is in force as it is now, whatever it was when deliveries began to wait for it. */
class RateChangeTest {
  private static final long SECOND = EngineHarness.SECOND;

  private int exchanges;
  private final EngineHarness harness =
      new EngineHarness(1, EngineOptions.DEFAULT, Launcher.PLAIN, this::reply);
  private final List<EndpointRow> endpoints = new ArrayList<>();

  private SimReceiver.Reply reply(String host, HttpRequest request) {
    exchanges++;
    return SimReceiver.answer(5, 200, null, request.limits());
  }

  private void endpoints(int count, int rateLimit) {
    for (int i = 0; i < count; i++) {
      EndpointPolicy policy = EngineHarness.policy(false).toBuilder().rateLimit(rateLimit).build();
      endpoints.add(harness.await(harness.addEndpoint("e" + i, policy)));
    }
    harness.run(10 * SECOND);
  }

  private void limitApplication(int perSecond) {
    harness.await(
        harness
            .engine
            .applicationAdmin()
            .update(harness.application(), row -> Workload.limited(row, perSecond)));
  }

  private void send(int messages) {
    for (int i = 0; i < messages; i++) {
      harness.send(0);
    }
  }

  private void assertOneASecond() {
    harness.run(20 * SECOND);
    assertThat(exchanges).isBetween(15, 25);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 300})
  void aLimitThatIsLiftedHoldsNothingBack(int count) {
    limitApplication(1);
    endpoints(count, 0);
    send(3_600 / count);
    assertOneASecond();
    limitApplication(0);
    harness.run(20 * SECOND);
    assertThat(exchanges).isEqualTo(3_600);
  }

  @Test
  void aLimitThatIsRaisedIsTheOneThatCounts() {
    limitApplication(1);
    endpoints(300, 0);
    send(12);
    harness.run(20 * SECOND);
    limitApplication(100);
    exchanges = 0;
    harness.run(10 * SECOND);
    assertThat(exchanges).isBetween(900, 1_100);
  }

  @Test
  void aLimitThatIsSetIsInForceAtOnce() {
    endpoints(300, 0);
    limitApplication(1);
    send(12);
    assertOneASecond();
  }

  @Test
  void anEndpointsOwnLimitToo() {
    endpoints(1, 1);
    send(600);
    assertOneASecond();
    harness.await(
        harness
            .engine
            .endpointAdmin()
            .update(
                endpoints.get(0).id(),
                row -> EngineHarness.with(row, EngineHarness.policy(false))));
    harness.run(10 * SECOND);
    assertThat(exchanges).isEqualTo(600);
  }

  @Test
  void whoNoLongerWaitsForATurnLeavesItToTheOthers() {
    limitApplication(1);
    endpoints(300, 0);
    send(1);
    harness.run(10 * SECOND);
    for (int i = 0; i < 299; i++) {
      long id = endpoints.get(i).id();
      var unused =
          harness
              .engine
              .endpointAdmin()
              .update(id, row -> row.with(EndpointState.PAUSED, row.updated()));
    }
    harness.run(5 * SECOND);
    EndpointRow last = endpoints.get(299);
    assertThat(harness.tables.attemptsFor(last.id())).hasSize(1);
  }

  @Test
  void endpointsTakeTurns() {
    limitApplication(100);
    endpoints(50, 0);
    send(100);
    harness.run(10 * SECOND);
    for (EndpointRow endpoint : endpoints) {
      assertThat(harness.tables.attemptsFor(endpoint.id())).hasSizeBetween(17, 23);
    }
  }
}
