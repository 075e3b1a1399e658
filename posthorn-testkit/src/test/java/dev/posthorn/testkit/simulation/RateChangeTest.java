package dev.posthorn.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.spi.store.EndpointPolicy;
import dev.posthorn.spi.store.EndpointRow;
import dev.posthorn.spi.store.EndpointState;
import dev.posthorn.spi.transport.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A rate limit is in force as it is now, whatever it was when deliveries began to wait for it. */
class RateChangeTest {
  private static final long SECOND = Stage.SECOND;

  private int exchanges;
  private final Stage stage = new Stage(1, EngineOptions.DEFAULT, Launcher.PLAIN, this::reply);
  private final List<EndpointRow> endpoints = new ArrayList<>();

  private SimReceiver.Reply reply(String host, HttpRequest request) {
    exchanges++;
    return SimReceiver.answer(5, 200, null, request.limits());
  }

  private void endpoints(int count, int rateLimit) {
    for (int i = 0; i < count; i++) {
      EndpointPolicy policy = Stage.policy(false).toBuilder().rateLimit(rateLimit).build();
      endpoints.add(stage.await(stage.addEndpoint("e" + i, policy)));
    }
    stage.run(10 * SECOND);
  }

  private void limitApplication(int perSecond) {
    stage.await(
        stage
            .engine
            .administration()
            .updateApplication(stage.application(), row -> Workload.limited(row, perSecond)));
  }

  private void send(int messages) {
    for (int i = 0; i < messages; i++) {
      stage.send(0);
    }
  }

  private void assertOneASecond() {
    stage.run(20 * SECOND);
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
    stage.run(20 * SECOND);
    assertThat(exchanges).isEqualTo(3_600);
  }

  @Test
  void aLimitThatIsRaisedIsTheOneThatCounts() {
    limitApplication(1);
    endpoints(300, 0);
    send(12);
    stage.run(20 * SECOND);
    limitApplication(100);
    exchanges = 0;
    stage.run(10 * SECOND);
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
    stage.await(
        stage
            .engine
            .administration()
            .updateEndpoint(endpoints.get(0).id(), row -> Stage.with(row, Stage.policy(false))));
    stage.run(10 * SECOND);
    assertThat(exchanges).isEqualTo(600);
  }

  @Test
  void whoNoLongerWaitsForATurnLeavesItToTheOthers() {
    limitApplication(1);
    endpoints(300, 0);
    send(1);
    stage.run(10 * SECOND);
    for (int i = 0; i < 299; i++) {
      long id = endpoints.get(i).id();
      var unused =
          stage
              .engine
              .administration()
              .updateEndpoint(id, row -> row.with(EndpointState.PAUSED, row.updated()));
    }
    stage.run(5 * SECOND);
    EndpointRow last = endpoints.get(299);
    assertThat(stage.tables.attemptsByEndpoint.get(last.id())).hasSize(1);
  }

  @Test
  void endpointsTakeTurns() {
    limitApplication(100);
    endpoints(50, 0);
    send(100);
    stage.run(10 * SECOND);
    for (EndpointRow endpoint : endpoints) {
      assertThat(stage.tables.attemptsByEndpoint.get(endpoint.id())).hasSizeBetween(17, 23);
    }
  }
}
