package dev.posthorn.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.internal.engine.base.EngineOptions;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The retries of one message for many endpoints read its payload together. */
class RetriedFanOutTest {
  private static final long SECOND = EngineHarness.SECOND;
  private static final int ENDPOINTS = 100;

  private int reads;
  private int status = 500;
  private int bytes;
  private final EngineHarness harness =
      new EngineHarness(
          1,
          EngineOptions.DEFAULT.withRetryWaits(List.of(10_000L, 60_000L)),
          WatchedStore.launcher((method, arguments) -> reads += method.equals("messages") ? 1 : 0),
          (host, request) -> {
            bytes += request.body().length;
            return SimReceiver.answer(5, status, null, request.limits());
          });

  @Test
  void onceASecond() {
    for (int i = 0; i < ENDPOINTS; i++) {
      harness.await(harness.addEndpoint("e" + i, EngineHarness.policy(false)));
    }
    harness.run(30 * SECOND);
    harness.send(List.of(), 1_000);
    harness.run(5 * SECOND);
    assertThat(bytes).isEqualTo(ENDPOINTS * 1_000);
    assertThat(reads).as("the first attempts have it in memory").isZero();
    status = 200;
    harness.run(60 * SECOND);
    assertThat(bytes).as("each retry has the whole payload").isEqualTo(2 * ENDPOINTS * 1_000);
    assertThat(harness.tables.waiting()).isZero();
    assertThat(reads).isBetween(1, ENDPOINTS / 4);
  }
}
