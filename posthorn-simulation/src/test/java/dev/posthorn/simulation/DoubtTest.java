package dev.posthorn.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.AttemptKind;
import dev.posthorn.DeliveryState;
import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.internal.engine.base.EngineListener;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.engine.task.TaskKind;
import dev.posthorn.internal.engine.task.TaskOrder;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.reads.MessageQuery;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EndpointState;
import dev.posthorn.spi.store.rows.MessageSpec;
import dev.posthorn.spi.store.rows.TaskRow;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * While nobody knows what a commit did callers are told so; what was written counts all the same.
 */
class DoubtTest {
  private static final long SECOND = EngineHarness.SECOND;

  private int exchanges;
  private int reads;
  private boolean doubtful;
  private boolean written = true;
  private boolean isConcerned = true;
  private final EngineHarness harness =
      new EngineHarness(
          1,
          EngineOptions.DEFAULT.withRetryWaits(List.of()),
          WatchedStore.launcher(new Doubts()),
          (host, request) -> {
            exchanges++;
            return SimReceiver.answer(5, 200, null, request.limits());
          });
  private final EndpointRow endpoint =
      harness.await(harness.addEndpoint("e", EngineHarness.policy(false)));

  /** The store says of every change that it does not know. */
  private final class Doubts implements WatchedStore.Watcher {
    @Override
    public void called(String method, Object[] arguments) {
      reads += method.equals("messages") && arguments[0] instanceof MessageQuery ? 1 : 0;
      if (method.equals("commit")) {
        // A batch of outcomes in doubt would let a step wait without having been tried.
        isConcerned = written || !((Batch) arguments[0]).settings.isEmpty();
      }
      if (!written) {
        returned(method, null);
      }
    }

    @Override
    public void returned(String method, @Nullable Object result) {
      if (doubtful && isConcerned && method.equals("commit")) {
        throw new StoreException(StoreException.Reason.UNKNOWN, "simulated", null);
      }
    }
  }

  /** A request is answered with UNKNOWN; its result is known a little later. */
  private <T> void inDoubt(CompletableFuture<T> future) {
    harness.run(5 * SECOND);
    assertThat(future).isCompletedExceptionally();
    assertThat(future.exceptionNow())
        .isInstanceOf(PosthornException.class)
        .extracting("reason")
        .isEqualTo(Reason.UNKNOWN);
    doubtful = false;
    harness.run(20 * SECOND);
  }

  @Test
  void aChangeOfSettings() {
    doubtful = true;
    inDoubt(harness.addEndpoint("other", EngineHarness.policy(false)));
    assertThat(harness.tables.endpoints()).hasSize(2);
    assertThat(harness.engine.registry().endpoints(harness.application())).hasSize(2);
  }

  @Test
  void aCancellationOfAllThatWaits() {
    harness.await(harness.state(endpoint, EndpointState.PAUSED));
    for (int i = 0; i < 1_000; i++) {
      harness.send(0);
    }
    harness.run(10 * SECOND);
    doubtful = true;
    inDoubt(harness.engine.deliveries().cancelAll(endpoint.id()));
    assertThat(harness.tables.attempts().values())
        .extracting(AttemptRow::state)
        .hasSize(1_000)
        .containsOnly(DeliveryState.CANCELLED);
  }

  @Test
  void aTestOfAnEndpoint() {
    List<AttemptRow> told = new ArrayList<>();
    harness
        .engine
        .events()
        .add(
            new EngineListener() {
              @Override
              public void attempted(
                  EndpointRow row, AttemptRow attempt, @Nullable MessageSpec message) {
                told.add(attempt);
              }
            });
    CompletableFuture<AttemptRow> test =
        harness.engine.deliveries().test(harness.message(), endpoint.id());
    while (exchanges == 0) {
      harness.clock.step();
    }
    doubtful = true;
    inDoubt(test);
    assertThat(exchanges).isEqualTo(1);
    assertThat(told).extracting(AttemptRow::kind).containsExactly(AttemptKind.TEST);
    assertThat(harness.tables.attempts().values()).containsExactlyElementsOf(told);
  }

  /** A background task waits until the result is known, since it must not make a step twice. */
  @Test
  void aStepOfATaskIsMadeOnce() {
    for (int i = 0; i < 50; i++) {
      harness.send(0);
    }
    harness.run(10 * SECOND);
    TaskOrder order = new TaskOrder(endpoint.id(), 0, harness.clock.millis() + 1);
    TaskRow begun = harness.await(harness.engine.tasks().start(TaskKind.BULK_REPLAY, order));
    written = false;
    doubtful = true;
    harness.run(30 * SECOND);
    doubtful = false;
    harness.run(30 * SECOND);
    assertThat(reads).isEqualTo(1);
    assertThat(exchanges).isEqualTo(100);
    assertThat(harness.tables.tasks.get(begun.id()))
        .extracting(TaskRow::status)
        .isEqualTo(TaskRow.FINISHED);
  }
}
