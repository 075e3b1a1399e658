package dev.posthorn.testkit.simulation;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.DeliveryState;
import dev.posthorn.Timings;
import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.base.EngineLimits;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.engine.task.TaskData;
import dev.posthorn.internal.engine.task.TaskKind;
import dev.posthorn.internal.engine.task.TaskOrder;
import dev.posthorn.spi.store.AttemptKind;
import dev.posthorn.spi.store.AttemptRow;
import dev.posthorn.spi.store.EndpointRow;
import dev.posthorn.spi.store.EndpointState;
import dev.posthorn.spi.store.TaskRow;
import dev.posthorn.spi.transport.ExchangeResult;
import dev.posthorn.spi.transport.HttpRequest;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What was answered to be cancelled stays so, whenever the process is killed. */
class CancelCrashTest {
  private static final long SECOND = Stage.SECOND;
  private static final int SEEDS = 40;
  private static final int MANY = 60; // more than a lane holds in memory

  private final Set<Long> sent = new HashSet<>();
  private long answersIn = 1_500;

  private static EngineOptions options() {
    return EngineOptions.DEFAULT.withLimits(
        new EngineLimits(16, 8, 4, 8, 20, 2, 0.5, 1_000_000, 10_000_000, 10_000));
  }

  private Stage stage(int seed) {
    Stage[] stage = new Stage[1];
    stage[0] =
        new Stage(seed, options(), Engine::start, (host, request) -> fail(stage[0], request));
    return stage[0];
  }

  private SimReceiver.Reply fail(Stage stage, HttpRequest request) {
    sent.add(stage.engine.publicIds().parse("msg", request.headers()[1]).orElseThrow());
    return new SimReceiver.Reply(
        answersIn, new ExchangeResult.Response(500, null, new byte[0], null, Timings.NONE));
  }

  private static EndpointRow endpointWithMany(Stage stage, boolean ordered) {
    EndpointRow endpoint = stage.await(stage.addEndpoint("e", Stage.policy(ordered)));
    stage.run(30 * SECOND);
    for (int i = 0; i < MANY; i++) {
      stage.send(0);
    }
    stage.run(SECOND);
    return endpoint;
  }

  private static List<DeliveryState> ends(Stage stage, long message) {
    return stage.tables.attempts.values().stream()
        .filter(attempt -> attempt.message() == message)
        .map(AttemptRow::state)
        .filter(state -> state != DeliveryState.WAITING)
        .toList();
  }

  @Test
  void aMessageIsNotSentAfterItsCancellationWasAnswered() {
    for (int seed = 0; seed < SEEDS; seed++) {
      Stage stage = stage(seed);
      var unused = endpointWithMany(stage, false);
      List<Long> messages = List.copyOf(stage.tables.messages.keySet());
      long message = messages.get(stage.random.nextInt(MANY));
      stage.await(stage.engine.deliveries().cancel(message));
      stage.crash();
      sent.clear();
      stage.run(3_600 * SECOND);
      assertThat(sent).as("seed %d", seed).hasSizeGreaterThan(MANY / 2).doesNotContain(message);
      assertThat(ends(stage, message)).as("seed %d", seed).containsExactly(DeliveryState.CANCELLED);
      assertThat(stage.tables.cancelMarks).as("seed %d", seed).isEmpty();
    }
  }

  @Test
  void whatIsUnderWayIsNotAttemptedAgainAfterACrash() {
    answersIn = 15_000;
    Stage stage = stage(1);
    var unused = endpointWithMany(stage, true);
    long message = stage.tables.messages.firstKey();
    assertThat(sent).containsExactly(message);
    stage.await(stage.engine.deliveries().cancel(message));
    stage.run(SECOND);
    stage.crash();
    sent.clear();
    stage.run(100 * SECOND);
    assertThat(sent).isNotEmpty().doesNotContain(message);
    assertThat(ends(stage, message)).containsExactly(DeliveryState.CANCELLED);
  }

  @Test
  void nothingOfARemovedEndpointIsSentAfterACrash() {
    for (int seed = 0; seed < SEEDS; seed++) {
      Stage stage = stage(seed);
      EndpointRow endpoint = endpointWithMany(stage, false);
      stage.await(stage.engine.administration().deleteEndpoint(endpoint.id()));
      stage.crash();
      sent.clear();
      stage.run(3_600 * SECOND);
      assertThat(sent).as("seed %d", seed).isEmpty();
      assertThat(stage.tables.hot).as("seed %d", seed).isEmpty();
      assertThat(stage.tables.parked).as("seed %d", seed).isEmpty();
    }
  }

  @Test
  void aCancellationOfAllGoesOnAfterACrashAndItsTaskCountsAll() {
    int many = 5_000;
    for (int seed = 0; seed < 8; seed++) {
      Stage stage = stage(seed);
      EndpointRow endpoint = stage.await(stage.addEndpoint("e", Stage.policy(false)));
      CompletableFuture<EndpointRow> paused =
          stage
              .engine
              .administration()
              .updateEndpoint(endpoint.id(), row -> row.with(EndpointState.PAUSED, 1));
      stage.await(paused);
      for (int i = 0; i < many; i++) {
        stage.send(0);
        if (i % 500 == 0) {
          stage.run(SECOND); // not too many at a time
        }
      }
      stage.run(10 * SECOND);
      TaskRow task =
          stage.await(
              stage
                  .engine
                  .tasks()
                  .start(
                      TaskKind.CANCEL, new TaskOrder(endpoint.id(), 0, stage.clock.millis() + 1)));
      while (cancelled(stage) < many / 3) {
        stage.run(SECOND / 1_000);
      }
      assertThat(cancelled(stage)).isLessThan(many);
      stage.crash();
      stage.run(60 * SECOND);
      assertThat(cancelled(stage)).isEqualTo(many);
      TaskRow after = requireNonNull(stage.tables.tasks.get(task.id()));
      assertThat(after).extracting(TaskRow::status).isEqualTo(TaskRow.FINISHED);
      assertThat(TaskData.of(after).changed()).as("seed %d", seed).isEqualTo(many);
      assertThat(stage.tables.cancelMarks).as("seed %d", seed).isEmpty();
    }
  }

  private static long cancelled(Stage stage) {
    return stage.tables.attempts.values().stream()
        .filter(attempt -> attempt.kind() == AttemptKind.NONE)
        .filter(attempt -> attempt.state() == DeliveryState.CANCELLED)
        .count();
  }
}
