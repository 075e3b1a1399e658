package dev.posthorn.simulation;

import static dev.posthorn.simulation.FaultyWorld.assertAllEnded;
import static dev.posthorn.simulation.FaultyWorld.sendMany;
import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.DeliveryState;
import dev.posthorn.internal.engine.base.EngineListener;
import dev.posthorn.internal.engine.base.SendRequest;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.MessageSpec;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever makes requests, or listens, may throw anything: it stops nothing and loses nothing. */
class UnforeseenRequestTest {
  private static final long SECOND = EngineHarness.SECOND;

  private final FaultyWorld world = new FaultyWorld();

  // ---- what makes requests -------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(strings = {"exchange", "after exchange", "headers", "costly"})
  void aRequestThatAnErrorKeepsFromBeingMadeSpendsNoAttempt(String where) {
    for (boolean onWorker : new boolean[] {false, true}) {
      for (Supplier<Throwable> what : FaultyWorld.unforeseen()) {
        if (what.get() instanceof Error) {
          world.signOnWorkers(onWorker);
          EngineHarness harness = world.harness(200);
          harness.await(harness.addEndpoint("e", EngineHarness.policy(false)));
          harness.await(harness.addEndpoint("f", EngineHarness.policy(true)));
          harness.run(30 * SECOND);
          world.plant(where, what, 20);
          sendMany(harness, 20);
          harness.run(600 * SECOND);
          assertThat(world.left()).isZero();
          assertThat(harness.tables.attempts().values()).allMatch(attempt -> attempt.spent() == 1);
          assertAllEnded(harness, 40, DeliveryState.SUCCEEDED);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void wantOfAThreadSpendsNoAttemptAndLosesNothing(boolean onWorker) {
    world.signOnWorkers(onWorker);
    EngineHarness harness = world.harness(200);
    for (String name : List.of("a", "b", "c", "d", "e", "f")) {
      harness.await(harness.addEndpoint(name, EngineHarness.policy(name.equals("f"))));
    }
    harness.run(30 * SECOND);
    world.plant("workers", () -> new OutOfMemoryError("unable to create native thread"), 20);
    sendMany(harness, 40);
    harness.run(600 * SECOND);
    assertThat(world.left()).isZero();
    assertThat(harness.tables.attempts().values()).allMatch(attempt -> attempt.spent() == 1);
    assertAllEnded(harness, 240, DeliveryState.SUCCEEDED);
  }

  @Test
  void wantOfAThreadEndsNoTask() {
    EngineHarness harness = world.harness(200);
    for (int i = 0; i < 400; i++) {
      long owner = harness.addApplication();
      harness.await(harness.addEndpoint(owner, "e" + i, EngineHarness.policy(false)));
    }
    harness.run(30 * SECOND);
    world.plant("workers on commit", () -> new OutOfMemoryError("no native thread"), 30);
    harness.await(harness.engine.tasks().broadcast(1, harness.message()));
    harness.run(600 * SECOND);
    assertThat(harness.tables.tasks.values()).allMatch(task -> task.status().equals("finished"));
    assertAllEnded(harness, 400, DeliveryState.SUCCEEDED);
  }

  @ParameterizedTest
  @MethodSource("dev.posthorn.simulation.FaultyWorld#unforeseen")
  void aWireFormatThatCannotJudgeAnAnswerStopsNothing(Supplier<Throwable> what) {
    EngineHarness harness = world.harness(500);
    harness.await(harness.addEndpoint("e", EngineHarness.policy(false)));
    harness.run(30 * SECOND);
    world.plant("retries", what, 20);
    sendMany(harness, 10);
    harness.run(600 * SECOND);
    assertThat(world.left()).isZero();
    assertAllEnded(harness, 10, DeliveryState.FAILED);
  }

  @ParameterizedTest
  @MethodSource("dev.posthorn.simulation.FaultyWorld#unforeseen")
  void anEndpointWhoseWireFormatFailsIsHeldAndTriedAgain(Supplier<Throwable> what) {
    EngineHarness harness = world.harness(200);
    world.plant("framer", what, 1);
    harness.await(harness.addEndpoint("e", EngineHarness.policy(false)));
    harness.await(harness.addEndpoint("f", EngineHarness.policy(false)));
    harness.run(30 * SECOND);
    sendMany(harness, 10);
    harness.run(600 * SECOND);
    assertThat(world.left()).isZero();
    assertAllEnded(harness, 20, DeliveryState.SUCCEEDED);
  }

  // ---- who listens ---------------------------------------------------------------------------

  @ParameterizedTest
  @MethodSource("dev.posthorn.simulation.FaultyWorld#unforeseen")
  void aListenerThatThrowsEndsNoEvents(Supplier<Throwable> what) {
    EngineHarness harness = world.harness(200);
    harness.await(harness.addEndpoint("e", EngineHarness.policy(false)));
    int[] heard = new int[1];
    harness.engine.events().add(listener("caresFor"));
    harness.engine.events().add(listener("attempted"));
    harness
        .engine
        .events()
        .add(
            new EngineListener() {
              @Override
              public void attempted(
                  EndpointRow endpoint, AttemptRow attempt, @Nullable MessageSpec message) {
                heard[0]++;
              }
            });
    harness.run(30 * SECOND);
    for (String where : List.of("attempted", "caresFor")) {
      world.plant(where, what, 5);
      sendMany(harness, 10);
      harness.run(30 * SECOND);
      assertThat(world.left()).isZero();
    }
    assertThat(heard[0]).isEqualTo(20);
    assertAllEnded(harness, 20, DeliveryState.SUCCEEDED);
  }

  private EngineListener listener(String where) {
    return new EngineListener() {
      @Override
      public boolean caresFor(AttemptRow attempt) {
        if (where.equals("caresFor")) {
          world.atSneakily(where);
        }
        return true;
      }

      @Override
      public void attempted(
          EndpointRow endpoint, AttemptRow attempt, @Nullable MessageSpec message) {
        if (where.equals("attempted")) {
          world.atSneakily(where);
        }
      }
    };
  }

  @ParameterizedTest
  @MethodSource("dev.posthorn.simulation.FaultyWorld#unforeseen")
  void aWatchAndACallerThatThrowStopNothing(Supplier<Throwable> what) {
    EngineHarness harness = world.harness(200);
    harness.await(harness.addEndpoint("e", EngineHarness.policy(false)));
    harness.run(30 * SECOND);
    SendRequest.Options watched =
        new SendRequest.Options(
            null,
            0,
            0,
            attempt -> {
              throw FaultyWorld.<RuntimeException>sneaky(what.get());
            });
    for (int i = 0; i < 10; i++) {
      harness
          .engine
          .messages()
          .accept(
              harness.messageOf(watched),
              result -> {
                throw FaultyWorld.<RuntimeException>sneaky(what.get());
              },
              refused -> {});
    }
    harness.run(30 * SECOND);
    assertAllEnded(harness, 10, DeliveryState.SUCCEEDED);
  }
}
