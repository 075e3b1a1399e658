package dev.posthorn.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.Timings;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.engine.base.SendRequest;
import dev.posthorn.internal.id.IdSequence;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EndpointState;
import dev.posthorn.spi.store.rows.HandoffRow;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.spi.transport.ExchangeResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** One read brings deliveries that other nodes have handed off to all of their lanes. */
class HandedOffDeliveriesTest {
  /** More than the longest time between two looks, and some reads and commits that take long. */
  private static final long SOON = 20 * EngineHarness.SECOND;

  private final List<String> calls = new ArrayList<>();

  /** The rows that this node has parked. */
  private final List<LiveRow> parkedHere = new ArrayList<>();

  private final SimTables tables = new SimTables(true);
  private final IdSequence ids = new IdSequence(0);
  private @Nullable Runnable hint;
  private boolean refusesRemovals;

  /** Makes what a read of the deliveries throws, or null. */
  private @Nullable Supplier<RuntimeException> readFailure;

  private int requests;
  private int status = 200;
  private final EngineHarness harness =
      new EngineHarness(
          7,
          EngineOptions.DEFAULT.withRetryWaits(List.of(1_000L)).withLimits(SimOptions.LIMITS),
          WatchedStore.launcher(this::called),
          tables,
          (host, request) -> reply());
  private final int partition = SimTables.partitionOf(harness.application());
  private final EndpointRow first =
      harness.await(harness.addEndpoint("a", EngineHarness.policy(false)));
  private final EndpointRow second =
      harness.await(harness.addEndpoint("b", EngineHarness.policy(false)));

  HandedOffDeliveriesTest() {
    ids.use(9);
    harness.run(SOON);
  }

  private SimReceiver.Reply reply() {
    requests++;
    return new SimReceiver.Reply(
        5, new ExchangeResult.Response(status, null, new byte[0], null, Timings.NONE));
  }

  private void called(String method, Object[] arguments) {
    calls.add(method);
    if (method.equals("handedOff") && readFailure != null) {
      throw readFailure.get();
    }
    if (method.equals("onHandoff")) {
      hint = (Runnable) arguments[0];
    }
    if (method.equals("commit")) {
      committed((Batch) arguments[0]);
    }
  }

  private void committed(Batch batch) {
    if (refusesRemovals && removes(batch)) {
      throw new StoreException(StoreException.Reason.IO, "not now", null);
    }
    batch.partitions().forEach(rows -> parkedHere.addAll(rows.parked));
  }

  private static boolean removes(Batch batch) {
    return batch.partitions().stream().anyMatch(rows -> !rows.handoffRemovals.isEmpty());
  }

  /** Accepts a message for both endpoints as another node; returns its id. */
  private long acceptElsewhere() {
    long id = ids.next(harness.clock.millis(), 2);
    long due = harness.clock.millis();
    SendRequest request = harness.message();
    long[] targets = {first.id(), second.id()};
    Batch batch = new Batch();
    var rows = batch.in(partition);
    rows.messages.add(
        new MessageRow(id, harness.application(), request.spec(), targets, request.body()));
    for (int i = 0; i < targets.length; i++) {
      LiveRow row = LiveRow.hot(id + 1 + i, targets[i], id, due, due + 3_600_000);
      rows.parked.add(row.parkedUntil(due, 0));
    }
    rows.handoffs.add(HandoffRow.deliveries(id, id + 1, due, targets));
    tables.apply(batch);
    return id;
  }

  private void assertAllIsDelivered(int deliveries) {
    assertThat(requests).isEqualTo(deliveries);
    assertThat(tables.attempts().values()).hasSize(deliveries).allMatch(AttemptRow::isSuccess);
    assertThat(tables.waiting()).isZero();
    assertThat(tables.in(partition).handoffs).isEmpty();
  }

  @Test
  void noLaneReadsAPageOrAPayload() {
    harness.send(0);
    harness.run(SOON);
    calls.clear();
    for (int i = 0; i < 40; i++) {
      acceptElsewhere();
      harness.send(0);
      if (i % 10 == 0) {
        harness.run(EngineHarness.SECOND);
      }
    }
    harness.run(SOON);
    assertAllIsDelivered(2 + 160);
    assertThat(calls).contains("handedOff").doesNotContain("parked", "messages");
  }

  @Test
  void ifTheyCannotBeReadTogetherTheirLanesReadThem() {
    List<Supplier<RuntimeException>> failures =
        List.of(
            () -> new StoreException(StoreException.Reason.CORRUPT, "a damaged row", null),
            () -> new IllegalStateException("a row that cannot be decoded"));
    for (int i = 0; i < failures.size(); i++) {
      readFailure = failures.get(i);
      calls.clear();
      acceptElsewhere();
      harness.run(SOON);
      acceptElsewhere();
      harness.run(SOON);
      assertAllIsDelivered(8 * i + 4);
      assertThat(calls).containsOnlyOnce("handedOff");

      readFailure = null;
      harness.run(3 * SOON);
      acceptElsewhere();
      acceptElsewhere();
      harness.run(SOON);
      assertAllIsDelivered(8 * i + 8);
      assertThat(calls).filteredOn("handedOff"::equals).hasSizeGreaterThan(1);
    }
  }

  @Test
  void aMessageOfThisNodeIsNotParkedBecauseOfThem() {
    for (int i = 0; i < 20; i++) {
      acceptElsewhere();
      harness.run(EngineHarness.SECOND / 50);
      harness.send(0);
    }
    harness.run(SOON);
    assertThat(parkedHere).isEmpty();
    assertAllIsDelivered(80);
  }

  @Test
  void lanesThatCannotGoAreOnlyTold() {
    harness.send(0);
    harness.await(harness.state(first, EndpointState.PAUSED));
    harness.await(harness.state(second, EndpointState.PAUSED));
    harness.run(SOON);
    int before = requests;
    calls.clear();
    acceptElsewhere();
    harness.run(SOON);
    assertThat(calls).contains("handoffs").doesNotContain("handedOff");
    assertThat(requests).isEqualTo(before);
    harness.await(harness.state(first, EndpointState.ENABLED));
    harness.await(harness.state(second, EndpointState.ENABLED));
    harness.run(SOON);
    assertAllIsDelivered(4);
  }

  @Test
  void whatIsFoundAgainIsDeliveredOnce() {
    refusesRemovals = true;
    acceptElsewhere();
    harness.run(SOON);
    acceptElsewhere();
    harness.run(SOON);
    assertThat(tables.in(partition).handoffs).hasSize(2);
    refusesRemovals = false;
    harness.run(SOON);
    assertAllIsDelivered(4);
  }

  @Test
  void aRetryThatIsFoundAgainIsMadeOnce() {
    refusesRemovals = true;
    status = 500;
    acceptElsewhere();
    harness.run(EngineHarness.SECOND / 2);
    status = 200;
    harness.run(SOON);
    refusesRemovals = false;
    harness.run(SOON);
    assertThat(requests).isEqualTo(4);
    assertThat(tables.waiting()).isZero();
  }

  @Test
  void afterAHintItLooksAtOnce() {
    harness.answerQuickly();
    for (int i = 1; i <= 20; i++) {
      harness.run(EngineHarness.SECOND * 5 / 3);
      acceptElsewhere();
      Objects.requireNonNull(hint).run();
      harness.run(EngineHarness.SECOND / 20);
      assertThat(requests).isEqualTo(2 * i);
    }
  }

  @Test
  void hintsDoNotMakeItLookMoreOftenThanRows() {
    harness.answerQuickly();
    harness.run(SOON);
    calls.clear();
    for (int i = 0; i < 200; i++) {
      Objects.requireNonNull(hint).run();
      harness.run(EngineHarness.SECOND / 1_000);
    }
    assertThat(calls.stream().filter("handoffs"::equals).count()).isBetween(2L, 21L);
  }
}
