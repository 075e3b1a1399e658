package dev.posthorn.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.DeliveryState;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.engine.lane.Rarities;
import dev.posthorn.spi.store.AttemptRow;
import dev.posthorn.spi.store.LiveRow;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A delivery is not ended by a row that another one has replaced, nor is that one forgotten. */
class StaleRowTest {
  private static final long SECOND = Stage.SECOND;

  private int status = 500;
  private final Stage stage =
      new Stage(
          1,
          EngineOptions.DEFAULT.withRetryWaits(List.of(60_000L)),
          Launcher.PLAIN,
          (host, request) -> SimReceiver.answer(5, status, null, request.limits()));

  /** Returns the row of a delivery before its first attempt, which failed. */
  private LiveRow failOnce() {
    stage.await(stage.addEndpoint("e", Stage.policy(true)));
    stage.run(SECOND);
    stage.send(0);
    while (stage.tables.hot.isEmpty()) {
      stage.clock.step();
    }
    LiveRow first = stage.tables.hot.firstEntry().getValue();
    stage.run(SECOND);
    assertThat(stage.tables.attempts).hasSize(1);
    status = 200;
    return new LiveRow(
        first.id(),
        first.endpoint(),
        first.message(),
        LiveRow.QueueState.PARKED,
        first.due(),
        0,
        0,
        first.deadline(),
        first.kind());
  }

  @Test
  void whatWasReplacedWhileNoneOfItWasInMemoryIsSent() {
    LiveRow stale = failOnce();
    stage.crash();
    Rarities.endStored(stage.engine, stale);
    stage.run(120 * SECOND);
    assertThat(stage.tables.attempts.values())
        .extracting(AttemptRow::state)
        .containsExactly(DeliveryState.WAITING, DeliveryState.SUCCEEDED);
  }

  @Test
  void itsCancellationIsNotForgotten() {
    LiveRow stale = failOnce();
    stage.crash();
    var unused = stage.engine.deliveries().cancelAll(stale.endpoint());
    while (stage.tables.cancelMarks.isEmpty()) {
      stage.clock.step();
    }
    Rarities.endStored(stage.engine, stale);
    stage.run(120 * SECOND);
    assertThat(stage.tables.attempts.values())
        .extracting(AttemptRow::state)
        .containsExactly(DeliveryState.WAITING, DeliveryState.CANCELLED);
    assertThat(stage.tables.cancelMarks).isEmpty();
  }
}
