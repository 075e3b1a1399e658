package dev.posthorn.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.DeliveryState;
import dev.posthorn.Timings;
import dev.posthorn.internal.engine.Idle;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.engine.task.TaskKind;
import dev.posthorn.internal.engine.task.TaskOrder;
import dev.posthorn.spi.store.reads.DeliveryStatus;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.spi.store.rows.TaskRow;
import dev.posthorn.spi.transport.ExchangeResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Partitions come to an engine and leave it while it runs. */
class RebalanceTest {
  private static final long SECOND = EngineHarness.SECOND;

  private final Launcher launcher = Idle.checked();
  private final List<Long> sentAt = new ArrayList<>();
  private long replyMillis = 5;
  private int status = 200;
  private final EngineHarness harness =
      new EngineHarness(
          5,
          EngineOptions.DEFAULT.withRetryWaits(List.of()).withLimits(SimOptions.LIMITS),
          launcher,
          (host, request) -> reply());
  private final int partition = SimTables.partitionOf(harness.application());
  private final EndpointRow endpoint =
      harness.await(harness.addEndpoint("e", EngineHarness.policy(false)));

  private SimReceiver.Reply reply() {
    sentAt.add(harness.clock.nanoTime());
    return new SimReceiver.Reply(
        replyMillis, new ExchangeResult.Response(status, null, new byte[0], null, Timings.NONE));
  }

  private void send(int count) {
    for (int i = 0; i < count; i++) {
      harness.send(0);
    }
  }

  private String status(TaskRow task) {
    return Objects.requireNonNull(harness.tables.tasks.get(task.id())).status();
  }

  private void revoke() {
    harness.run(SECOND);
    harness.ownership().revoke(partition);
  }

  private void release() {
    revoke();
    harness.run(SECOND);
    assertThat(harness.ownership().isOwned(partition)).isFalse();
  }

  private void assign() {
    harness.ownership().assign(partition);
    harness.run(30 * SECOND);
  }

  private void assertAllSentOnce(int count) {
    assertThat(sentAt).hasSize(count);
    assertThat(harness.tables.attempts().values()).hasSize(count).allMatch(AttemptRow::isSuccess);
    assertThat(harness.tables.waiting()).isZero();
  }

  @Test
  void messagesOfAPartitionThatIsNotOwnedWaitForALaterOwner() {
    release();
    send(60); // more than a lane has places in hot
    harness.run(60 * SECOND);
    assertThat(sentAt).isEmpty();
    assertThat(harness.tables.messages()).as("accepted all the same").hasSize(60);
    assertThat(harness.tables.live()).allMatch(row -> row.place() == LiveRow.QueueState.PARKED);
    launcher.checkIdle(harness.engine);

    assign();
    assertAllSentOnce(60);
  }

  @Test
  void aPartitionIsReleasedOnceTheOutcomesOfItsExchangesAreStored() {
    replyMillis = 2_000;
    send(5);
    revoke();
    int underWay = sentAt.size();
    assertThat(underWay).isPositive();
    send(5);
    harness.run(SECOND / 2);
    assertThat(harness.ownership().isOwned(partition)).as("exchanges are under way").isTrue();

    harness.run(2 * SECOND);
    assertThat(harness.ownership().isOwned(partition)).isFalse();
    assertThat(harness.tables.attempts()).hasSize(underWay);
    assertThat(sentAt).as("none started meanwhile").hasSize(underWay);

    assign();
    assertAllSentOnce(10);
  }

  @Test
  void anExchangeThatHangsHoldsUpTheReleaseForSecondsOnly() {
    replyMillis = 20_000;
    send(1);
    revoke();
    harness.run(7 * SECOND);
    assertThat(harness.ownership().isOwned(partition)).isFalse();

    replyMillis = 5;
    assign();
    assertThat(sentAt).as("made again by the next owner").hasSize(2);
    assertThat(harness.tables.attempts()).as("the first has no outcome").hasSize(1);
    assertThat(harness.tables.waiting()).isZero();
    assertThat(harness.await(harness.engine.stop(60_000))).as("all was given back").isTrue();
  }

  @Test
  void outcomesOfALostPartitionAreNotStored() {
    replyMillis = 2_000;
    send(5);
    harness.run(SECOND);
    int underWay = sentAt.size();
    assertThat(underWay).isPositive();
    harness.ownership().lose();
    send(3);
    harness.run(30 * SECOND);
    assertThat(harness.tables.attempts()).isEmpty();
    assertThat(sentAt).hasSize(underWay);
    assertThat(harness.tables.messages()).as("accepted all the same").hasSize(8);
    launcher.checkNothingOwned(harness.engine);

    SimOwnership.partitions().forEach(harness.ownership()::assign);
    harness.run(60 * SECOND);
    assertThat(harness.tables.attempts()).hasSize(8);
    assertThat(harness.tables.waiting()).isZero();
    assertThat(harness.engine.condition().hasFailed()).isFalse();
  }

  @Test
  void whatIsCanceledWhileNobodyOwnsItIsNotSentByALaterOwner() {
    release();
    send(3);
    harness.run(SECOND);
    MessageRow first = harness.tables.messages().firstEntry().getValue();
    int canceled =
        harness.await(harness.engine.deliveries().cancel(harness.application(), first.id()));
    assertThat(canceled).isOne();
    assertThat(harness.engine.deliveries().statuses(first))
        .extracting(DeliveryStatus::state)
        .containsExactly(DeliveryState.CANCELLED);
    assertThat(harness.await(harness.engine.deliveries().cancel(harness.application(), first.id())))
        .as("it was canceled before")
        .isZero();

    assign();
    assertThat(sentAt).hasSize(2);
    assertThat(harness.tables.waiting()).isZero();
    assertThat(harness.tables.cancelMarks()).isEmpty();
  }

  @Test
  void allThatIsCanceledWhileNobodyOwnsItIsEndedByALaterOwner() {
    release();
    send(3);
    harness.run(SECOND);
    harness.await(harness.engine.deliveries().cancelAll(endpoint.id()));
    send(2);
    assign();
    assertThat(sentAt).hasSize(2);
    assertThat(harness.tables.waiting()).isZero();
    assertThat(harness.tables.cancelMarks()).isEmpty();
  }

  @Test
  void aTaskOfAPartitionThatIsNotOwnedBeginsWithItsOwner() {
    status = 500;
    send(3);
    release();
    status = 200;
    long now = harness.clock.millis();
    TaskOrder order = new TaskOrder(endpoint.id(), 0, now + 1_000);
    TaskRow task = harness.await(harness.engine.tasks().start(TaskKind.RECOVER, order));
    harness.run(60 * SECOND);
    assertThat(sentAt).hasSize(3);
    assertThat(status(task)).isEqualTo(TaskRow.RUNNING);

    assign();
    assertThat(sentAt).hasSize(6);
    assertThat(status(task)).isEqualTo(TaskRow.FINISHED);
  }

  @Test
  void theOtherPartitionsGoOnMeanwhile() {
    List<Long> others = new ArrayList<>();
    while (others.isEmpty()) {
      long other = harness.addApplication();
      if (SimTables.partitionOf(other) != partition) {
        others.add(other);
      }
    }
    harness.await(harness.addEndpoint(others.getFirst(), "f", EngineHarness.policy(false)));
    release();
    send(1);
    harness.send(others.getFirst(), 0);
    harness.run(SECOND);
    assertThat(sentAt).hasSize(1);
    assign();
    assertAllSentOnce(2);
  }
}
