package dev.posthorn.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.engine.task.TaskKind;
import dev.posthorn.internal.engine.task.TaskOrder;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EndpointState;
import dev.posthorn.spi.store.rows.TaskRow;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Background tasks of one application do not stop those of another. */
class TaskTurnsTest {
  private static final long SECOND = EngineHarness.SECOND;

  private final EngineHarness harness =
      new EngineHarness(
          1,
          EngineOptions.DEFAULT,
          Launcher.PLAIN,
          (host, request) -> SimReceiver.answer(5, 200, null, request.limits()));
  private final EndpointRow many =
      harness.await(harness.addEndpoint("many", EngineHarness.policy(false)));
  private final EndpointRow few =
      harness.await(
          harness.addEndpoint(harness.addApplication(), "few", EngineHarness.policy(false)));

  TaskTurnsTest() {
    for (EndpointRow endpoint : List.of(many, few)) {
      harness.await(
          harness
              .engine
              .endpointAdmin()
              .update(endpoint.id(), row -> row.with(EndpointState.PAUSED, row.updated())));
    }
    harness.run(10 * SECOND);
  }

  private CompletableFuture<TaskRow> replayAll(EndpointRow endpoint) {
    TaskOrder order = new TaskOrder(endpoint.id(), 0, harness.clock.millis() + 1);
    return harness.engine.tasks().run(TaskKind.BULK_REPLAY, order);
  }

  @Test
  void fourLongTasksOfOneApplicationDoNotHoldUpAShortOneOfAnother() {
    for (int i = 0; i < 3_000; i++) {
      harness.send(0);
    }
    harness.send(few.application(), 0);
    harness.run(10 * SECOND);
    List<CompletableFuture<TaskRow>> longOnes = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      longOnes.add(replayAll(many));
    }
    harness.run(SECOND / 10);
    TaskRow ended = harness.await(replayAll(few));
    assertThat(ended.status()).isEqualTo(TaskRow.FINISHED);
    assertThat(longOnes).noneMatch(CompletableFuture::isDone);
    longOnes.forEach(harness::await);
  }

  @Test
  void anApplicationHasABoundOfItsOwn() {
    for (int i = 0; i < 300; i++) {
      harness.send(0);
    }
    harness.run(10 * SECOND);
    List<CompletableFuture<TaskRow>> tasks = new ArrayList<>();
    for (int i = 0; i < 101; i++) {
      tasks.add(replayAll(many));
    }
    CompletableFuture<TaskRow> other = replayAll(few);
    assertThatThrownBy(() -> harness.await(tasks.get(100)))
        .hasCauseInstanceOf(PosthornException.class)
        .cause()
        .extracting("reason")
        .isEqualTo(Reason.OVERLOADED);
    harness.await(other);
    tasks.subList(0, 100).forEach(harness::await);
    harness.await(replayAll(many));
  }

  @Test
  void whatWasUnderWayAtACrashGoesOn() {
    for (int i = 0; i < 1_000; i++) {
      harness.send(0);
    }
    harness.run(10 * SECOND);
    for (int i = 0; i < 10; i++) {
      var unused = replayAll(many);
    }
    harness.run(SECOND / 10);
    assertThat(harness.tables.hasRunningTask()).isTrue();
    harness.crash();
    harness.run(1_000 * SECOND);
    assertThat(harness.tables.hasRunningTask()).isFalse();
    assertThat(harness.tables.tasks.values())
        .hasSize(10)
        .extracting(TaskRow::status)
        .containsOnly(TaskRow.FINISHED);
  }
}
