package dev.posthorn.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.Reason;
import dev.posthorn.internal.engine.base.EngineOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Small messages for many endpoints: what waits for its commit is bounded in deliveries too. */
class FanOutTest {
  private static final int ENDPOINTS = 100;
  private static final int ACCEPT_BYTES = 1 << 20;

  private final List<Integer> rows = new ArrayList<>();
  private final EngineHarness harness =
      new EngineHarness(
          1,
          options(ACCEPT_BYTES),
          WatchedStore.launcher(
              WatchedStore.commits(
                  batch ->
                      rows.add(
                          batch.partitions().stream()
                              .mapToInt(changes -> changes.hot.size() + changes.parked.size())
                              .sum()))),
          (host, request) -> new SimReceiver(new Random(1)).reply(request.limits()));

  private static EngineOptions options(int acceptBytes) {
    return EngineOptions.DEFAULT.withLimits(
        SimOptions.LIMITS.toBuilder().acceptBytes(acceptBytes).build());
  }

  @Test
  void messagesThatHaveManyDeliveriesTakeMoreOfTheRoom() {
    for (int i = 0; i < ENDPOINTS; i++) {
      harness.await(harness.addEndpoint("endpoint" + i, EngineHarness.policy(false)));
    }
    int accepted = 0;
    for (int i = 0; i < 200; i++) {
      accepted += harness.trySend() == null ? 1 : 0;
    }
    assertThat(accepted).isBetween(10, ACCEPT_BYTES / 256 / ENDPOINTS);
    assertThat(harness.trySend()).isEqualTo(Reason.OVERLOADED);

    harness.run(60 * EngineHarness.SECOND);
    assertThat(rows.stream().mapToInt(Integer::intValue).sum())
        .isGreaterThanOrEqualTo(accepted * ENDPOINTS);
    assertThat(harness.trySend()).as("all of the room was given back").isNull();
  }
}
