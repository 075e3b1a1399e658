package dev.posthorn.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.AttemptKind;
import dev.posthorn.DeliveryState;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.transport.HttpRequest;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Cancelling what is only in the store costs few reads, since the writer waits for them. */
class CancelReadsTest {
  private static final long SECOND = EngineHarness.SECOND;
  private static final int MANY = 300;

  private final Map<String, Integer> calls = new HashMap<>();
  private final EngineHarness harness =
      new EngineHarness(
          1,
          options(),
          WatchedStore.launcher((method, arguments) -> calls.merge(method, 1, Integer::sum)),
          this::hang);

  private static EngineOptions options() {
    return EngineOptions.DEFAULT.withLimits(
        SimOptions.LIMITS.toBuilder()
            .maxInFlight(16)
            .hotRows(20)
            .laneHotRows(2)
            .acceptBytes(10_000_000)
            .build());
  }

  private SimReceiver.Reply hang(String host, HttpRequest request) {
    SimReceiver receiver = new SimReceiver(harness.random);
    receiver.mood(SimReceiver.Mood.HANGING);
    return receiver.reply(request.limits());
  }

  private int calls(String method) {
    return calls.getOrDefault(method, 0);
  }

  private long cancelled() {
    return harness.tables.attempts().values().stream()
        .filter(attempt -> attempt.kind() == AttemptKind.NONE)
        .map(AttemptRow::state)
        .filter(DeliveryState.CANCELLED::equals)
        .count();
  }

  @Test
  void allOfAnEndpointAreReadInPages() {
    EndpointRow endpoint = harness.await(harness.addEndpoint("e", EngineHarness.policy(true)));
    harness.run(30 * SECOND);
    for (int i = 0; i < MANY; i++) {
      harness.send(0);
    }
    harness.run(10 * SECOND);
    calls.clear();
    harness.await(harness.engine.deliveries().cancelAll(endpoint.id()));
    harness.run(SECOND);
    assertThat(cancelled()).isBetween(MANY - 1L, (long) MANY); // one was under way
    assertThat(calls("live") + calls("parked")).isLessThan(20);
  }

  @Test
  void whatIsCancelledIsCountedOnceAndOnDiskWhenTheCountIsTold() {
    EndpointRow endpoint = harness.await(harness.addEndpoint("e", EngineHarness.policy(true)));
    harness.run(30 * SECOND);
    for (int i = 0; i < MANY; i++) {
      harness.send(0);
    }
    harness.run(10 * SECOND);
    CompletableFuture<Long> first = harness.engine.deliveries().cancelAll(endpoint.id());
    CompletableFuture<Long> second = harness.engine.deliveries().cancelAll(endpoint.id());
    assertThat(harness.await(first) + harness.await(second))
        .isEqualTo(MANY - 1); // one is under way
    assertThat(cancelled()).isEqualTo(MANY - 1);
    assertThat(harness.await(harness.engine.deliveries().cancelAll(endpoint.id()))).isZero();
  }

  @Test
  void allOfAMessageAreReadOnceInABatch() {
    int endpoints = 100;
    for (int i = 0; i < endpoints; i++) {
      harness.await(harness.addEndpoint("e" + i, EngineHarness.policy(true)));
    }
    harness.run(30 * SECOND);
    for (int i = 0; i < 60; i++) { // more than a lane holds in memory
      harness.send(0);
    }
    harness.run(10 * SECOND);
    calls.clear();
    harness.await(
        harness
            .engine
            .deliveries()
            .cancel(harness.application(), harness.tables.messages().lastKey()));
    harness.run(10 * SECOND);
    assertThat(cancelled()).isEqualTo(endpoints);
    assertThat(calls("live")).isEqualTo(1);
  }
}
