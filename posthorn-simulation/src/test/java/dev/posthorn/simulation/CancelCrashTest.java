package dev.posthorn.simulation;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.AttemptKind;
import dev.posthorn.DeliveryState;
import dev.posthorn.Timings;
import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.engine.task.TaskData;
import dev.posthorn.internal.engine.task.TaskKind;
import dev.posthorn.internal.engine.task.TaskOrder;
import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EndpointState;
import dev.posthorn.spi.store.rows.TaskRow;
import dev.posthorn.spi.transport.ExchangeResult;
import dev.posthorn.spi.transport.HttpRequest;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** An answered cancellation holds, whenever the process is killed. */
class CancelCrashTest {
  private static final long SECOND = EngineHarness.SECOND;
  private static final int SEEDS = 40;
  private static final int MANY = 60; // more than a lane holds in memory

  private final Set<Long> sent = new HashSet<>();
  private long answersIn = 1_500;

  private static EngineOptions options() {
    return EngineOptions.DEFAULT.withLimits(
        SimOptions.LIMITS.toBuilder()
            .maxInFlight(16)
            .hotRows(20)
            .laneHotRows(2)
            .acceptBytes(10_000_000)
            .build());
  }

  private EngineHarness harness(int seed) {
    EngineHarness[] harness = new EngineHarness[1];
    harness[0] =
        new EngineHarness(
            seed, options(), Engine::start, (host, request) -> fail(harness[0], request));
    return harness[0];
  }

  private SimReceiver.Reply fail(EngineHarness harness, HttpRequest request) {
    sent.add(
        harness.engine.publicIds().parse(IdPrefix.MESSAGE, request.headers()[1]).orElseThrow());
    return new SimReceiver.Reply(
        answersIn, new ExchangeResult.Response(500, null, new byte[0], null, Timings.NONE));
  }

  private static EndpointRow endpointWithMany(EngineHarness harness, boolean ordered) {
    EndpointRow endpoint = harness.await(harness.addEndpoint("e", EngineHarness.policy(ordered)));
    harness.run(30 * SECOND);
    for (int i = 0; i < MANY; i++) {
      harness.send(0);
    }
    harness.run(SECOND);
    return endpoint;
  }

  private static List<DeliveryState> ends(EngineHarness harness, long message) {
    return harness.tables.attempts().values().stream()
        .filter(attempt -> attempt.message() == message)
        .map(AttemptRow::state)
        .filter(state -> state != DeliveryState.WAITING)
        .toList();
  }

  @Test
  void aMessageIsNotSentAfterItsCancellationWasAnswered() {
    for (int seed = 0; seed < SEEDS; seed++) {
      EngineHarness harness = harness(seed);
      var unused = endpointWithMany(harness, false);
      List<Long> messages = List.copyOf(harness.tables.messages().keySet());
      long message = messages.get(harness.random.nextInt(MANY));
      harness.await(harness.engine.deliveries().cancel(harness.application(), message));
      harness.crash();
      sent.clear();
      harness.run(3_600 * SECOND);
      assertThat(sent).as("seed %d", seed).hasSizeGreaterThan(MANY / 2).doesNotContain(message);
      assertThat(ends(harness, message))
          .as("seed %d", seed)
          .containsExactly(DeliveryState.CANCELLED);
      assertThat(harness.tables.cancelMarks()).as("seed %d", seed).isEmpty();
    }
  }

  @Test
  void whatIsUnderWayIsNotAttemptedAgainAfterACrash() {
    answersIn = 15_000;
    EngineHarness harness = harness(1);
    var unused = endpointWithMany(harness, true);
    long message = harness.tables.messages().firstKey();
    assertThat(sent).containsExactly(message);
    harness.await(harness.engine.deliveries().cancel(harness.application(), message));
    harness.run(SECOND);
    harness.crash();
    sent.clear();
    harness.run(100 * SECOND);
    assertThat(sent).isNotEmpty().doesNotContain(message);
    assertThat(ends(harness, message)).containsExactly(DeliveryState.CANCELLED);
  }

  @Test
  void nothingOfARemovedEndpointIsSentAfterACrash() {
    for (int seed = 0; seed < SEEDS; seed++) {
      EngineHarness harness = harness(seed);
      EndpointRow endpoint = endpointWithMany(harness, false);
      harness.await(harness.engine.endpointAdmin().delete(endpoint.id()));
      harness.crash();
      sent.clear();
      harness.run(3_600 * SECOND);
      assertThat(sent).as("seed %d", seed).isEmpty();
      assertThat(harness.tables.hot()).as("seed %d", seed).isEmpty();
      assertThat(harness.tables.parked()).as("seed %d", seed).isEmpty();
    }
  }

  @Test
  void aCancellationOfAllGoesOnAfterACrashAndItsTaskCountsAll() {
    int many = 5_000;
    for (int seed = 0; seed < 8; seed++) {
      EngineHarness harness = harness(seed);
      EndpointRow endpoint = pausedWith(many, harness);
      TaskRow task = cancelledInPart(endpoint, many, harness);
      assertThat(cancelled(harness)).isLessThan(many);
      harness.crash();
      harness.run(60 * SECOND);
      assertThat(cancelled(harness)).isEqualTo(many);
      TaskRow after = requireNonNull(harness.tables.tasks.get(task.id()));
      assertThat(after).extracting(TaskRow::status).isEqualTo(TaskRow.FINISHED);
      assertThat(TaskData.of(after).changed()).as("seed %d", seed).isEqualTo(many);
      assertThat(harness.tables.cancelMarks()).as("seed %d", seed).isEmpty();
    }
  }

  private static EndpointRow pausedWith(int many, EngineHarness harness) {
    EndpointRow endpoint = harness.await(harness.addEndpoint("e", EngineHarness.policy(false)));
    harness.await(
        harness
            .engine
            .endpointAdmin()
            .update(endpoint.id(), row -> row.with(EndpointState.PAUSED, 1)));
    for (int i = 0; i < many; i++) {
      harness.send(0);
      if (i % 500 == 0) {
        harness.run(SECOND); // not too many at a time
      }
    }
    harness.run(10 * SECOND);
    return endpoint;
  }

  /**
   * Begins to cancel all deliveries of an endpoint, and goes on until a third of them has ended.
   */
  private static TaskRow cancelledInPart(EndpointRow endpoint, int many, EngineHarness harness) {
    TaskOrder order = new TaskOrder(endpoint.id(), 0, harness.clock.millis() + 1);
    TaskRow task = harness.await(harness.engine.tasks().start(TaskKind.CANCEL, order));
    while (cancelled(harness) < many / 3) {
      harness.run(SECOND / 1_000);
    }
    return task;
  }

  @Test
  void aTaskThatWasGivenUpStaysSoThoughDeliveriesThatItFoundEndAfterwards() {
    int many = 2_000;
    for (int seed = 0; seed < 10; seed++) {
      EngineHarness harness = harness(seed);
      EndpointRow endpoint = pausedWith(many, harness);
      TaskRow task = cancelledInPart(endpoint, many, harness);
      harness.crash(); // the next engine ends deliveries before the task has its turn
      harness.await(harness.engine.endpointAdmin().delete(endpoint.id()));
      harness.run(60 * SECOND);
      assertThat(cancelled(harness)).isEqualTo(many);
      assertThat(requireNonNull(harness.tables.tasks.get(task.id())))
          .as("seed %d", seed)
          .extracting(TaskRow::status)
          .isEqualTo(TaskRow.FAILED);
    }
  }

  private static long cancelled(EngineHarness harness) {
    return harness.tables.attempts().values().stream()
        .filter(attempt -> attempt.kind() == AttemptKind.NONE)
        .filter(attempt -> attempt.state() == DeliveryState.CANCELLED)
        .count();
  }
}
