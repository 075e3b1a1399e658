package dev.posthorn.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.DeliveryState;
import dev.posthorn.Timings;
import dev.posthorn.internal.engine.Idle;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.engine.base.SendRequest;
import dev.posthorn.internal.engine.base.SendResult;
import dev.posthorn.internal.engine.task.TaskData;
import dev.posthorn.internal.engine.task.TaskKind;
import dev.posthorn.internal.engine.task.TaskOrder;
import dev.posthorn.internal.id.IdSequence;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.PartitionBatch;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.reads.DeliveryStatus;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.CancelMark;
import dev.posthorn.spi.store.rows.DedupeRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EndpointState;
import dev.posthorn.spi.store.rows.HandoffRow;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.spi.store.rows.SettingChange;
import dev.posthorn.spi.store.rows.TaskRow;
import dev.posthorn.spi.transport.ExchangeResult;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The owner of a partition does what other nodes accept for it, soon and once. */
class HandoffTest {
  private static final long SECOND = EngineHarness.SECOND;

  /** More than the longest time between two looks, and some reads and commits that take long. */
  private static final long SOON = 20 * SECOND;

  private final Launcher launcher = Idle.checked();
  private int requests;
  private int status = 200;
  private final SimTables tables = new SimTables(true);
  private final EngineHarness harness =
      new EngineHarness(
          7,
          EngineOptions.DEFAULT.withRetryWaits(List.of()).withLimits(SimOptions.LIMITS),
          launcher,
          tables,
          (host, request) -> reply());
  private final int partition = SimTables.partitionOf(harness.application());
  private final EndpointRow endpoint =
      harness.await(harness.addEndpoint("e", EngineHarness.policy(false)));
  private final IdSequence ids = new IdSequence(0);

  HandoffTest() {
    ids.use(9);
  }

  private SimReceiver.Reply reply() {
    requests++;
    return new SimReceiver.Reply(
        5, new ExchangeResult.Response(status, null, new byte[0], null, Timings.NONE));
  }

  /** Commits as another node. */
  private void elsewhere(Consumer<PartitionBatch> rows, SettingChange... settings) {
    Batch batch = new Batch();
    batch.settings.addAll(List.of(settings));
    rows.accept(batch.in(partition));
    tables.apply(batch);
  }

  /** Accepts a message as another node; returns its id. */
  private long accepted(long target, SettingChange... settings) {
    long id = ids.next(harness.clock.millis(), 1);
    elsewhere(rows -> accept(rows, id, target), settings);
    return id;
  }

  private void accept(PartitionBatch rows, long id, long target) {
    SendRequest request = harness.message();
    long due = harness.clock.millis();
    rows.messages.add(
        new MessageRow(
            id, harness.application(), request.spec(), new long[] {target}, request.body()));
    rows.parked.add(LiveRow.hot(id + 1, target, id, due, due + 3_600_000).parkedUntil(due, 0));
    rows.handoffs.add(HandoffRow.deliveries(id, id + 1, due, target));
  }

  private void cancelled(CancelMark mark) {
    elsewhere(
        rows -> rows.handoffs.add(HandoffRow.cancellation(ids.next(harness.clock.millis()), mark)),
        new SettingChange.PutCancelMark(partition, mark));
  }

  private void assertAllIsTakenIn() {
    assertThat(tables.in(partition).handoffs).isEmpty();
    assertThat(tables.waiting()).isZero();
    launcher.checkIdle(harness.engine);
  }

  private void release() {
    harness.run(SOON);
    harness.ownership().revoke(partition);
    harness.run(SOON);
    assertThat(harness.ownership().isOwned(partition)).isFalse();
  }

  @Test
  void theOwnerDeliversWhatAnotherNodeHasAccepted() {
    harness.run(20 * SECOND);
    accepted(endpoint.id());
    harness.run(SOON);
    assertThat(requests).isOne();
    for (int i = 0; i < 40; i++) {
      accepted(endpoint.id());
      harness.send(0);
    }
    harness.run(SOON);
    assertThat(requests).isEqualTo(81);
    assertThat(tables.attempts().values()).hasSize(81).allMatch(AttemptRow::isSuccess);
    assertAllIsTakenIn();
  }

  @Test
  void aRowThatIsCommittedLateIsTakenIn() {
    long early = ids.next(harness.clock.millis(), 1);
    accepted(endpoint.id());
    harness.run(SOON);
    elsewhere(rows -> accept(rows, early, endpoint.id()));
    harness.run(SOON);
    assertThat(requests).isEqualTo(2);
    assertAllIsTakenIn();
  }

  @Test
  void anEndpointThatAnotherNodeHasJustCreatedIsNotTakenForARemovedOne() {
    for (long i = 0; i < 30; i++) {
      EndpointRow created = created(1_000 + i);
      harness.run(SECOND / 7);
      accepted(created.id(), new SettingChange.PutEndpoint(created));
    }
    harness.run(SOON);
    assertThat(requests).isEqualTo(30);
    assertAllIsTakenIn();
  }

  @Test
  void aMessageForAnEndpointThatAnotherNodeHasJustCreatedIsCanceled() {
    for (boolean owned : new boolean[] {true, false}) {
      if (!owned) {
        release();
      }
      harness.run(SOON);
      EndpointRow created = created(owned ? 1_000 : 1_001);
      long message = accepted(created.id(), new SettingChange.PutEndpoint(created));
      int canceled =
          harness.await(harness.engine.deliveries().cancel(harness.application(), message));
      assertThat(canceled).as("owned: %s", owned).isOne();
      harness.run(SOON);
      assertThat(requests).isZero();
    }
  }

  private EndpointRow created(long id) {
    return new EndpointRow(
        id,
        harness.application(),
        endpoint.spec().toBuilder().uid("u" + id).build(),
        EndpointState.ENABLED,
        0,
        0);
  }

  @Test
  void whatWaitsForARemovedEndpointEnds() {
    long id = accepted(12_345);
    harness.run(SOON);
    assertThat(requests).isZero();
    assertThat(tables.attemptsOf(id)).hasSize(1);
    assertAllIsTakenIn();
  }

  @Test
  void messagesForAnotherOwnerAreHandedOff() {
    release();
    SendResult sent = harness.await(harness.engine.messages().acceptAsync(harness.message()));
    harness.run(SECOND);
    assertThat(requests).isZero();
    HandoffRow row = tables.in(partition).handoffs.get(sent.message());
    LiveRow waiting = tables.live(sent.message()).getFirst();
    assertThat(row)
        .usingRecursiveComparison()
        .isEqualTo(
            HandoffRow.deliveries(sent.message(), waiting.id(), waiting.due(), waiting.endpoint()));

    harness.ownership().assign(partition);
    harness.run(SOON);
    assertThat(requests).isOne();
    assertAllIsTakenIn();
  }

  @Test
  void handoffsOfAPartitionThatWasReleasedAreLeftToItsNextOwner() {
    release();
    accepted(endpoint.id());
    harness.run(SECOND);
    assertThat(tables.in(partition).handoffs).hasSize(1);
    assertThat(requests).isZero();
  }

  @Test
  void aReplayForAnotherOwnerIsHandedOff() {
    harness.send(0);
    release();
    long message = tables.messages().firstKey();
    assertThat(harness.await(harness.engine.deliveries().replay(message, endpoint.id()))).isTrue();
    assertThat(harness.await(harness.engine.deliveries().replay(message, endpoint.id()))).isFalse();
    assertThat(tables.in(partition).handoffs.values())
        .singleElement()
        .satisfies(row -> assertThat(row.subject()).isEqualTo(message + 1));
  }

  @Test
  void theOwnerEndsWhatAnotherNodeWasAskedToCancel() {
    harness.await(harness.state(endpoint, EndpointState.PAUSED));
    long first = accepted(endpoint.id());
    harness.send(0);
    long last = accepted(endpoint.id());
    harness.run(SOON);
    assertThat(tables.waiting()).isEqualTo(3);
    cancelled(new CancelMark(first, endpoint.id(), first + 1));
    harness.run(SOON);
    assertThat(tables.waiting()).isEqualTo(2);
    cancelled(new CancelMark(0, endpoint.id(), last));
    harness.run(SOON);
    assertThat(tables.waiting()).isOne();
    cancelled(new CancelMark(last, 0, last + 1));
    harness.run(SOON);
    assertThat(tables.cancelMarks()).isEmpty();
    assertAllIsTakenIn();
    assertThat(requests).isZero();
  }

  @Test
  void aCancellationThatComesTooLateLeavesNothing() {
    long id = accepted(endpoint.id());
    harness.run(SOON);
    cancelled(new CancelMark(id, 0, id + 1));
    cancelled(new CancelMark(0, 12_345, id + 1));
    harness.run(SOON);
    assertThat(tables.cancelMarks()).isEmpty();
    assertThat(requests).isOne();
    assertAllIsTakenIn();
  }

  @Test
  void aCancellationForAnotherOwnerIsHandedOff() {
    release();
    harness.send(0);
    harness.run(SECOND);
    long message = tables.messages().firstKey();
    harness.await(harness.engine.deliveries().cancel(harness.application(), message));
    harness.await(harness.engine.deliveries().cancelAll(endpoint.id()));
    assertThat(tables.in(partition).handoffs.values())
        .filteredOn(row -> row.kind() == HandoffRow.Kind.CANCELLATION)
        .extracting(HandoffRow::subject)
        .containsExactly(message, 0L);
    harness.ownership().assign(partition);
    harness.run(SOON);
    assertThat(requests).isZero();
    assertThat(tables.cancelMarks()).isEmpty();
    assertAllIsTakenIn();
  }

  @Test
  void whatAnotherNodeHasPreparedBeforeACancellationOfAllIsNotStoredAfterIt() {
    Batch before = new Batch();
    before.settingsVersion = tables.settingsLog.version(SimViewer.ALONE);
    accept(before.in(partition), ids.next(harness.clock.millis(), 1), endpoint.id());
    harness.await(harness.engine.deliveries().cancelAll(endpoint.id()));
    assertThatThrownBy(() -> tables.apply(before))
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> assertThat(e.reason()).isEqualTo(StoreException.Reason.STALE));
  }

  @Test
  void aMessageComesAfterTheSettingsThatAnotherNodeHasChangedBefore() {
    Batch change = new Batch();
    change.idFloor = ids.next(harness.clock.millis() + 60_000); // its clock is ahead
    change.settings.add(
        new SettingChange.PutEndpoint(
            new EndpointRow(
                change.idFloor,
                harness.application(),
                endpoint.spec().toBuilder().uid("other").build(),
                EndpointState.ENABLED,
                0,
                0)));
    tables.apply(change);
    SendResult sent = harness.await(harness.engine.messages().acceptAsync(harness.message()));
    assertThat(sent.targets()).contains(change.idFloor);
    assertThat(sent.message()).isGreaterThan(change.idFloor);
  }

  @Test
  void aNodeThatMayHaveLostItsPartitionsLooksForCancellationsInTheStore() {
    harness.await(harness.state(endpoint, EndpointState.PAUSED));
    harness.send(0);
    harness.run(SOON);
    MessageRow message = tables.messages().firstEntry().getValue();
    harness.leaseLost(true);
    elsewhere(
        rows -> {},
        new SettingChange.PutCancelMark(
            partition, new CancelMark(message.id(), 0, message.id() + 1)));
    assertThat(harness.engine.deliveries().statuses(message))
        .extracting(DeliveryStatus::state)
        .containsExactly(DeliveryState.CANCELLED);
  }

  @Test
  void aTaskThatAnotherNodeHasBegunRunsHere() {
    status = 500;
    harness.send(0);
    harness.run(SOON);
    status = 200;
    long now = harness.clock.millis();
    TaskRow task =
        TaskRow.begin(
            ids.next(now),
            1,
            harness.application(),
            TaskKind.RECOVER.type(),
            TaskData.begin(new TaskOrder(endpoint.id(), 0, now + 1_000)).json(),
            now);
    elsewhere(
        rows -> rows.handoffs.add(HandoffRow.task(ids.next(now), task.id())),
        new SettingChange.PutTask(task));
    harness.run(SOON);
    assertThat(tables.tasks.get(task.id()))
        .satisfies(stored -> assertThat(stored.status()).isEqualTo(TaskRow.FINISHED));
    assertThat(requests).isEqualTo(2);
    assertAllIsTakenIn();
  }

  @Test
  void anEventThatAnotherNodeHasAcceptedIsAcceptedOnce() {
    SendRequest request = harness.message("event");
    long first = ids.next(harness.clock.millis(), 1);
    Batch batch = new Batch();
    accept(batch.in(partition), first, endpoint.id());
    batch.dedupe.add(
        new DedupeRow(
            "event:" + harness.application(),
            "event",
            request.hash(),
            first,
            harness.clock.millis() + 60_000));
    var sent = harness.engine.messages().acceptAsync(request);
    tables.apply(batch); // before the entry is prepared, or after it
    SendResult result = harness.await(sent);
    assertThat(result.message()).isEqualTo(first);
    assertThat(result.duplicate()).isTrue();
    assertThat(result.targets()).containsExactly(endpoint.id());
    harness.run(SOON);
    assertThat(tables.messages()).hasSize(1);
    assertThat(requests).isOne();
    assertAllIsTakenIn();
  }
}
