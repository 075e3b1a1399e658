package dev.posthorn.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.DeliveryState;
import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.internal.engine.base.EngineListener;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.engine.task.TaskKind;
import dev.posthorn.internal.engine.task.TaskOrder;
import dev.posthorn.spi.store.AttemptKind;
import dev.posthorn.spi.store.AttemptRow;
import dev.posthorn.spi.store.EndpointRow;
import dev.posthorn.spi.store.EndpointState;
import dev.posthorn.spi.store.MessageQuery;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.TaskRow;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * While nobody knows what a commit did callers are told so; what was written counts all the same.
 */
class DoubtTest {
  private static final long SECOND = Stage.SECOND;

  private int exchanges;
  private int reads;
  private boolean doubtful;
  private boolean written = true;
  private final Stage stage =
      new Stage(
          1,
          EngineOptions.DEFAULT.withRetryWaits(List.of()),
          WatchedStore.launcher(new Doubts()),
          (host, request) -> {
            exchanges++;
            return SimReceiver.answer(5, 200, null, request.limits());
          });
  private final EndpointRow endpoint = stage.await(stage.addEndpoint("e", Stage.policy(false)));

  /** The store says of every change that it does not know. */
  private final class Doubts implements WatchedStore.Watcher {
    @Override
    public void called(String method, Object[] arguments) {
      reads += method.equals("messages") && arguments[0] instanceof MessageQuery ? 1 : 0;
      if (!written) {
        returned(method, null);
      }
    }

    @Override
    public void returned(String method, @Nullable Object result) {
      if (doubtful && method.equals("commit")) {
        throw new StoreException(StoreException.Reason.UNKNOWN, "simulated", null);
      }
    }
  }

  /** What is asked for is answered in doubt; it is known a little later. */
  private <T> void inDoubt(CompletableFuture<T> future) {
    stage.run(5 * SECOND);
    assertThat(future).isCompletedExceptionally();
    assertThat(future.exceptionNow())
        .isInstanceOf(PosthornException.class)
        .extracting("reason")
        .isEqualTo(Reason.UNKNOWN);
    doubtful = false;
    stage.run(20 * SECOND);
  }

  @Test
  void aChangeOfSettings() {
    doubtful = true;
    inDoubt(stage.addEndpoint("other", Stage.policy(false)));
    assertThat(stage.tables.endpoints).hasSize(2);
    assertThat(stage.engine.registry().endpoints(stage.application())).hasSize(2);
  }

  @Test
  void aCancellationOfAllThatWaits() {
    stage.await(stage.state(endpoint, EndpointState.PAUSED));
    for (int i = 0; i < 1_000; i++) {
      stage.send(0);
    }
    stage.run(10 * SECOND);
    doubtful = true;
    inDoubt(stage.engine.deliveries().cancelAll(endpoint.id()));
    assertThat(stage.tables.attempts.values())
        .extracting(AttemptRow::state)
        .hasSize(1_000)
        .containsOnly(DeliveryState.CANCELLED);
  }

  @Test
  void aTestOfAnEndpoint() {
    List<AttemptRow> told = new ArrayList<>();
    stage
        .engine
        .events()
        .add(
            new EngineListener() {
              @Override
              public void attempted(EndpointRow row, AttemptRow attempt, @Nullable String type) {
                told.add(attempt);
              }
            });
    CompletableFuture<AttemptRow> test =
        stage.engine.deliveries().test(stage.message(), endpoint.id());
    while (exchanges == 0) {
      stage.clock.step();
    }
    doubtful = true;
    inDoubt(test);
    assertThat(exchanges).isEqualTo(1);
    assertThat(told).extracting(AttemptRow::kind).containsExactly(AttemptKind.TEST);
    assertThat(stage.tables.attempts.values()).containsExactlyElementsOf(told);
  }

  /** What goes on in the background waits until it is known: a step must not be made twice. */
  @Test
  void aStepOfATaskIsMadeOnce() {
    for (int i = 0; i < 50; i++) {
      stage.send(0);
    }
    stage.run(10 * SECOND);
    TaskOrder order = new TaskOrder(endpoint.id(), 0, stage.clock.millis() + 1);
    TaskRow begun = stage.await(stage.engine.tasks().start(TaskKind.BULK_REPLAY, order));
    written = false;
    doubtful = true;
    stage.run(30 * SECOND);
    doubtful = false;
    stage.run(30 * SECOND);
    assertThat(reads).isEqualTo(1);
    assertThat(exchanges).isEqualTo(100);
    assertThat(stage.tables.tasks.get(begun.id()))
        .extracting(TaskRow::status)
        .isEqualTo(TaskRow.FINISHED);
  }
}
