package dev.posthorn.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.DeliveryState;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.engine.lane.Rarities;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.LiveRow;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A delivery is not ended by a row that another one has replaced, nor is that one forgotten. */
class StaleRowTest {
  private static final long SECOND = EngineHarness.SECOND;

  private int status = 500;
  private final EngineHarness harness =
      new EngineHarness(
          1,
          EngineOptions.DEFAULT.withRetryWaits(List.of(60_000L)),
          Launcher.PLAIN,
          (host, request) -> SimReceiver.answer(5, status, null, request.limits()));

  /** Returns the row of a delivery before its first attempt, which failed. */
  private LiveRow failOnce() {
    harness.await(harness.addEndpoint("e", EngineHarness.policy(true)));
    harness.run(SECOND);
    harness.send(0);
    while (harness.tables.hot().isEmpty()) {
      harness.clock.step();
    }
    LiveRow first = harness.tables.hot().firstEntry().getValue();
    harness.run(SECOND);
    assertThat(harness.tables.attempts()).hasSize(1);
    status = 200;
    return first.parkedUntil(first.due(), 0).withAttempts(0);
  }

  @Test
  void whatWasReplacedWhileNoneOfItWasInMemoryIsSent() {
    LiveRow stale = failOnce();
    harness.crash();
    Rarities.endStored(harness.engine, stale);
    harness.run(120 * SECOND);
    assertThat(harness.tables.attempts().values())
        .extracting(AttemptRow::state)
        .containsExactly(DeliveryState.WAITING, DeliveryState.SUCCEEDED);
  }

  @Test
  void itsCancellationIsNotForgotten() {
    LiveRow stale = failOnce();
    harness.crash();
    var unused = harness.engine.deliveries().cancelAll(stale.endpoint());
    while (harness.tables.cancelMarks().isEmpty()) {
      harness.clock.step();
    }
    Rarities.endStored(harness.engine, stale);
    harness.run(120 * SECOND);
    assertThat(harness.tables.attempts().values())
        .extracting(AttemptRow::state)
        .containsExactly(DeliveryState.WAITING, DeliveryState.CANCELLED);
    assertThat(harness.tables.cancelMarks()).isEmpty();
  }
}
