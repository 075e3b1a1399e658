package dev.posthorn.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.AttemptKind;
import dev.posthorn.DeliveryState;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.engine.task.TaskData;
import dev.posthorn.internal.engine.task.TaskKind;
import dev.posthorn.internal.engine.task.TaskOrder;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EndpointState;
import dev.posthorn.spi.transport.HttpRequest;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A recovery makes one attempt for each failed delivery, whatever happens in between. */
class RecoveryTest {
  private static final long SECOND = EngineHarness.SECOND;
  private static final long HOUR = 3_600 * SECOND;
  private static final int MESSAGES = 3;

  private int exchanges;
  private int status = 500;
  private final EngineHarness harness =
      new EngineHarness(
          1,
          EngineOptions.DEFAULT.withRetryWaits(List.of(1_000L, 1_000L)),
          Launcher.PLAIN,
          this::reply);
  private final EndpointRow endpoint =
      harness.await(harness.addEndpoint("e", EngineHarness.policy(false)));

  private SimReceiver.Reply reply(String host, HttpRequest request) {
    exchanges++;
    return SimReceiver.answer(5, status, status == 429 ? "10" : null, request.limits());
  }

  @BeforeEach
  void allFail() {
    for (int i = 0; i < MESSAGES; i++) {
      harness.send(0);
    }
    harness.run(60 * SECOND);
    assertThat(exchanges).isEqualTo(3 * MESSAGES);
    exchanges = 0;
  }

  private void recover() {
    TaskOrder order = new TaskOrder(endpoint.id(), 0, harness.clock.millis() + 1);
    TaskData done = TaskData.of(harness.await(harness.engine.tasks().run(TaskKind.RECOVER, order)));
    assertThat(done.changed()).isEqualTo(MESSAGES);
  }

  private List<AttemptRow> recovered() {
    return harness.tables.attempts().values().stream()
        .filter(attempt -> attempt.kind() == AttemptKind.RECOVERY)
        .toList();
  }

  private void requireOneAttemptEach() {
    harness.run(24 * HOUR);
    assertThat(exchanges).isEqualTo(MESSAGES);
    assertThat(recovered()).extracting(AttemptRow::state).containsOnly(DeliveryState.FAILED);
    assertThat(recovered())
        .extracting(AttemptRow::message)
        .hasSize(MESSAGES)
        .doesNotHaveDuplicates();
    assertThat(harness.tables.parked()).isEmpty();
  }

  @Test
  void eachHasOneAttempt() {
    recover();
    requireOneAttemptEach();
  }

  @Test
  void whatWaitsHasOneAttemptAlsoAfterACrash() {
    harness.await(harness.state(endpoint, EndpointState.PAUSED));
    recover();
    harness.run(60 * SECOND);
    assertThat(exchanges).isZero();
    harness.crash();
    harness.run(60 * SECOND);
    harness.await(harness.state(endpoint, EndpointState.ENABLED));
    requireOneAttemptEach();
  }

  @Test
  void whatTheReceiverPutsOffHasItsAttemptAfterThat() {
    status = 429;
    recover();
    harness.run(5 * SECOND);
    assertThat(recovered()).extracting(AttemptRow::state).containsOnly(DeliveryState.WAITING);
    status = 204;
    harness.run(60 * SECOND);
    assertThat(recovered())
        .filteredOn(attempt -> attempt.state() == DeliveryState.SUCCEEDED)
        .hasSize(MESSAGES);
  }

  @Test
  void whatFailedAgainCanBeRecoveredAgain() {
    recover();
    harness.run(60 * SECOND);
    recover();
    harness.run(60 * SECOND);
    assertThat(exchanges).isEqualTo(2 * MESSAGES);
  }
}
