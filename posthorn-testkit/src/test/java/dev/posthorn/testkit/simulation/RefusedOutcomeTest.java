package dev.posthorn.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.engine.Engine;
import dev.posthorn.engine.EngineOptions;
import dev.posthorn.engine.Seams;
import dev.posthorn.store.AttemptRow;
import dev.posthorn.store.Batch;
import dev.posthorn.store.DeliveryState;
import dev.posthorn.store.Store;
import dev.posthorn.store.StoreException;
import dev.posthorn.transport.HttpRequest;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A store that takes messages but no outcomes. */
class RefusedOutcomeTest {
  private static final long SECOND = Stage.SECOND;

  private final SimReceiver[] receiver = new SimReceiver[1];
  private final Stage stage =
      new Stage(
          1, EngineOptions.DEFAULT.withRetryWaits(List.of()), this::launch, (h, r) -> reply(r));
  private boolean refusing;
  private int exchanges;

  RefusedOutcomeTest() {
    receiver[0] = new SimReceiver(stage.random);
  }

  private Engine launch(EngineOptions options, Seams seams, Engine.Means means) {
    Store store =
        WatchedStore.of(
            seams.store(),
            (method, arguments) -> {
              if (refusing
                  && method.equals("commit")
                  && !((Batch) arguments[0]).attempts.isEmpty()) {
                throw new StoreException(StoreException.Reason.REJECTED, "simulated", null);
              }
            });
    return Engine.start(
        options, new Seams(seams.clock(), seams.scheduler(), store, seams.transport()), means);
  }

  private SimReceiver.Reply reply(HttpRequest request) {
    exchanges++;
    return receiver[0].reply(request.limits());
  }

  private void refuseFor(boolean ordered, long nanos) {
    stage.await(stage.addEndpoint("e", Stage.policy(ordered)));
    stage.run(30 * SECOND);
    refusing = true;
    stage.send(0);
    stage.run(nanos);
  }

  @Test
  void isAskedAgainLessAndLessAndEndsWellOnceItTakesThem() {
    refuseFor(false, 600 * SECOND);
    assertThat(exchanges).isBetween(15, 22);
    assertThat(stage.tables.attempts).isEmpty();

    refusing = false;
    stage.run(61 * SECOND);
    assertThat(stage.tables.attempts.values())
        .extracting(AttemptRow::state)
        .containsExactly(DeliveryState.SUCCEEDED);
  }

  @Test
  void doesNotKeepOtherDeliveriesWaiting() {
    refuseFor(false, 120 * SECOND);
    refusing = false;
    stage.send(0);
    stage.run(SECOND);
    assertThat(stage.tables.attempts.values())
        .extracting(AttemptRow::state)
        .containsExactly(DeliveryState.SUCCEEDED);
  }

  @Test
  void keepsTheOrderOfAnOrderedEndpoint() {
    refuseFor(true, 120 * SECOND);
    refusing = false;
    stage.send(0);
    stage.run(61 * SECOND);
    List<Long> delivered =
        stage.tables.attempts.values().stream().map(AttemptRow::message).toList();
    assertThat(delivered).containsExactlyElementsOf(stage.tables.messages.keySet());
  }

  @Test
  void aDeliveryThatIsCancelledMeanwhileIsNotSentAgain() {
    refuseFor(false, 120 * SECOND);
    int before = exchanges;
    stage.await(stage.engine.deliveries().cancel(stage.tables.messages.firstKey()));
    refusing = false;
    stage.run(61 * SECOND);
    assertThat(exchanges).isEqualTo(before);
    assertThat(stage.tables.attempts.values())
        .extracting(AttemptRow::state)
        .containsExactly(DeliveryState.CANCELLED);
  }
}
