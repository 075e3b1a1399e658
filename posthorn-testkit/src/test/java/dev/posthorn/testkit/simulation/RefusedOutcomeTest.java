package dev.posthorn.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.DeliveryState;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.spi.store.AttemptRow;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.EndpointRow;
import dev.posthorn.spi.store.EndpointState;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.transport.HttpRequest;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A store that takes messages but no outcomes. */
class RefusedOutcomeTest {
  private static final long SECOND = Stage.SECOND;

  private final SimReceiver[] receiver = new SimReceiver[1];
  private final Stage stage =
      new Stage(
          1,
          EngineOptions.DEFAULT.withRetryWaits(List.of()),
          WatchedStore.launcher(WatchedStore.commits(this::refuse)),
          (h, r) -> reply(r));
  private boolean refusing;
  private int exchanges;

  RefusedOutcomeTest() {
    receiver[0] = new SimReceiver(stage.random);
  }

  private void refuse(Batch batch) {
    if (refusing && isOutcomeOrMove(batch)) {
      throw new StoreException(StoreException.Reason.REJECTED, "simulated", null);
    }
  }

  private static boolean isOutcomeOrMove(Batch batch) {
    return !batch.attempts.isEmpty() || !batch.unhot.isEmpty();
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
    stage.run(70 * SECOND);
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
    stage.run(70 * SECOND);
    List<Long> delivered =
        stage.tables.attempts.values().stream().map(AttemptRow::message).toList();
    assertThat(delivered).containsExactlyElementsOf(stage.tables.messages.keySet());
  }

  @Test
  void whatIsCancelledWhileItCannotBeMovedEither() {
    EndpointRow endpoint = stage.await(stage.addEndpoint("e", Stage.policy(false)));
    stage.run(30 * SECOND);
    stage.await(stage.state(endpoint, EndpointState.PAUSED));
    refusing = true;
    for (int i = 0; i < 200; i++) {
      stage.send(0);
    }
    stage.run(10 * SECOND);
    List<Long> messages = List.copyOf(stage.tables.messages.keySet());
    for (long message : messages.subList(100, 200)) {
      stage.await(stage.engine.deliveries().cancel(message));
      stage.run(stage.random.nextLong(SECOND / 10));
    }
    refusing = false;
    stage.run(120 * SECOND);
    stage.await(stage.state(endpoint, EndpointState.ENABLED));
    stage.run(30 * SECOND);
    for (AttemptRow attempt : stage.tables.attempts.values()) {
      boolean late = messages.indexOf(attempt.message()) >= 100;
      assertThat(attempt.state())
          .isEqualTo(late ? DeliveryState.CANCELLED : DeliveryState.SUCCEEDED);
    }
    assertThat(stage.tables.attempts).hasSize(200);
  }

  @Test
  void whatIsOnlyInTheStoreIsCancelledOnceItCanBe() {
    EndpointRow endpoint = stage.await(stage.addEndpoint("e", Stage.policy(false)));
    stage.run(30 * SECOND);
    stage.await(stage.state(endpoint, EndpointState.PAUSED));
    for (int i = 0; i < 1_000; i++) { // more than a lane holds in memory
      stage.send(0);
    }
    stage.run(30 * SECOND);
    refusing = true;
    long last = stage.tables.messages.lastKey();
    stage.await(stage.engine.deliveries().cancel(last));
    stage.run(30 * SECOND);
    assertThat(stage.tables.attempts).isEmpty();

    refusing = false;
    stage.run(70 * SECOND);
    assertThat(stage.tables.attempts.values())
        .extracting(AttemptRow::message)
        .containsExactly(last);
  }

  @Test
  void aDeliveryThatIsCancelledMeanwhileIsNotSentAgain() {
    refuseFor(false, 120 * SECOND);
    int before = exchanges;
    stage.await(stage.engine.deliveries().cancel(stage.tables.messages.firstKey()));
    refusing = false;
    stage.run(70 * SECOND);
    assertThat(exchanges).isEqualTo(before);
    assertThat(stage.tables.attempts.values())
        .extracting(AttemptRow::state)
        .containsExactly(DeliveryState.CANCELLED);
  }
}
