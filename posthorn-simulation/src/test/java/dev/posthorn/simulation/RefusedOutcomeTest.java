package dev.posthorn.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.DeliveryState;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EndpointState;
import dev.posthorn.spi.transport.HttpRequest;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A store that takes messages but no outcomes. */
class RefusedOutcomeTest {
  private static final long SECOND = EngineHarness.SECOND;

  private final SimReceiver[] receiver = new SimReceiver[1];
  private final EngineHarness harness =
      new EngineHarness(
          1,
          EngineOptions.DEFAULT.withRetryWaits(List.of()),
          WatchedStore.launcher(WatchedStore.commits(this::refuse)),
          (h, r) -> reply(r));
  private boolean refusing;
  private int exchanges;

  RefusedOutcomeTest() {
    receiver[0] = new SimReceiver(harness.random);
  }

  private void refuse(Batch batch) {
    if (refusing && isOutcomeOrMove(batch)) {
      throw new StoreException(StoreException.Reason.REJECTED, "simulated", null);
    }
  }

  private static boolean isOutcomeOrMove(Batch batch) {
    return batch.partitions().stream()
        .anyMatch(rows -> !rows.attempts.isEmpty() || !rows.hotRemovals.isEmpty());
  }

  private SimReceiver.Reply reply(HttpRequest request) {
    exchanges++;
    return receiver[0].reply(request.limits());
  }

  private void refuseFor(boolean ordered, long nanos) {
    harness.await(harness.addEndpoint("e", EngineHarness.policy(ordered)));
    harness.run(30 * SECOND);
    refusing = true;
    harness.send(0);
    harness.run(nanos);
  }

  @Test
  void isAskedAgainLessAndLessAndEndsWellOnceItTakesThem() {
    refuseFor(false, 600 * SECOND);
    assertThat(exchanges).isBetween(15, 22);
    assertThat(harness.tables.attempts()).isEmpty();

    refusing = false;
    harness.run(70 * SECOND);
    assertThat(harness.tables.attempts().values())
        .extracting(AttemptRow::state)
        .containsExactly(DeliveryState.SUCCEEDED);
  }

  @Test
  void doesNotKeepOtherDeliveriesWaiting() {
    refuseFor(false, 120 * SECOND);
    refusing = false;
    harness.send(0);
    harness.run(SECOND);
    assertThat(harness.tables.attempts().values())
        .extracting(AttemptRow::state)
        .containsExactly(DeliveryState.SUCCEEDED);
  }

  @Test
  void keepsTheOrderOfAnOrderedEndpoint() {
    refuseFor(true, 120 * SECOND);
    refusing = false;
    harness.send(0);
    harness.run(70 * SECOND);
    List<Long> delivered =
        harness.tables.attempts().values().stream().map(AttemptRow::message).toList();
    assertThat(delivered).containsExactlyElementsOf(harness.tables.messages().keySet());
  }

  @Test
  void whatIsCancelledWhileItCannotBeMovedEither() {
    EndpointRow endpoint = harness.await(harness.addEndpoint("e", EngineHarness.policy(false)));
    harness.run(30 * SECOND);
    harness.await(harness.state(endpoint, EndpointState.PAUSED));
    refusing = true;
    for (int i = 0; i < 200; i++) {
      harness.send(0);
    }
    harness.run(10 * SECOND);
    List<Long> messages = List.copyOf(harness.tables.messages().keySet());
    for (long message : messages.subList(100, 200)) {
      harness.await(harness.engine.deliveries().cancel(harness.application(), message));
      harness.run(harness.random.nextLong(SECOND / 10));
    }
    refusing = false;
    harness.run(120 * SECOND);
    harness.await(harness.state(endpoint, EndpointState.ENABLED));
    harness.run(30 * SECOND);
    for (AttemptRow attempt : harness.tables.attempts().values()) {
      boolean late = messages.indexOf(attempt.message()) >= 100;
      assertThat(attempt.state())
          .isEqualTo(late ? DeliveryState.CANCELLED : DeliveryState.SUCCEEDED);
    }
    assertThat(harness.tables.attempts()).hasSize(200);
  }

  @Test
  void whatIsOnlyInTheStoreIsCancelledOnceItCanBe() {
    EndpointRow endpoint = harness.await(harness.addEndpoint("e", EngineHarness.policy(false)));
    harness.run(30 * SECOND);
    harness.await(harness.state(endpoint, EndpointState.PAUSED));
    for (int i = 0; i < 1_000; i++) { // more than a lane holds in memory
      harness.send(0);
    }
    harness.run(30 * SECOND);
    refusing = true;
    long last = harness.tables.messages().lastKey();
    harness.await(harness.engine.deliveries().cancel(harness.application(), last));
    harness.run(30 * SECOND);
    assertThat(harness.tables.attempts()).isEmpty();

    refusing = false;
    harness.run(70 * SECOND);
    assertThat(harness.tables.attempts().values())
        .extracting(AttemptRow::message)
        .containsExactly(last);
  }

  @Test
  void aDeliveryThatIsCancelledMeanwhileIsNotSentAgain() {
    refuseFor(false, 120 * SECOND);
    int before = exchanges;
    harness.await(
        harness
            .engine
            .deliveries()
            .cancel(harness.application(), harness.tables.messages().firstKey()));
    refusing = false;
    harness.run(70 * SECOND);
    assertThat(exchanges).isEqualTo(before);
    assertThat(harness.tables.attempts().values())
        .extracting(AttemptRow::state)
        .containsExactly(DeliveryState.CANCELLED);
  }
}
