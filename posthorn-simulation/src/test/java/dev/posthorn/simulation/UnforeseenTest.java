package dev.posthorn.simulation;

import static dev.posthorn.simulation.FaultyWorld.assertAllEnded;
import static dev.posthorn.simulation.FaultyWorld.sendMany;
import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.DeliveryState;
import dev.posthorn.Reason;
import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.base.EngineRuntime;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EndpointState;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The store may throw anything: it stops nothing, loses nothing, and is tried again. */
class UnforeseenTest {
  private static final long SECOND = EngineHarness.SECOND;

  private final FaultyWorld world = new FaultyWorld();

  static Stream<Arguments> storePlaces() {
    return Stream.of("commit", "after commit", "upkeep", "messages", "parked", "after messages")
        .flatMap(where -> FaultyWorld.unforeseen().stream().map(what -> Arguments.of(where, what)));
  }

  @ParameterizedTest
  @MethodSource("storePlaces")
  void aStoreThatThrowsFourTimesStopsNothing(String where, Supplier<Throwable> what) {
    EngineHarness harness = world.harness(200);
    for (String name : List.of("a", "b", "c", "d", "e", "f")) {
      harness.await(harness.addEndpoint(name, EngineHarness.policy(name.equals("f"))));
    }
    harness.run(30 * SECOND);
    world.plant(where, what, 4);
    sendMany(harness, 40);
    harness.run(600 * SECOND);
    sendMany(harness, 10);
    harness.run(600 * SECOND);
    assertThat(world.left()).as("it threw").isZero();
    assertAllEnded(harness, 6 * 50, DeliveryState.SUCCEEDED);
  }

  @ParameterizedTest
  @MethodSource("dev.posthorn.simulation.FaultyWorld#unforeseen")
  void afterACommitThatThrewOnceMessagesAreAccepted(Supplier<Throwable> what) {
    EngineHarness harness = world.harness(200);
    harness.await(harness.addEndpoint("e", EngineHarness.policy(false)));
    world.plant("commit", what, 1);
    for (int i = 0; i < 10; i++) {
      CompletableFuture<Boolean> accepted = new CompletableFuture<>();
      harness
          .engine
          .messages()
          .accept(
              harness.message(),
              told -> accepted.complete(true),
              refused -> accepted.completeExceptionally(refused));
      assertThat(harness.await(accepted)).isTrue();
    }
  }

  /** A restart finds all that waits, also if the search for it fails at first. */
  @ParameterizedTest
  @MethodSource("dev.posthorn.simulation.FaultyWorld#unforeseen")
  void theSearchForWhatWaitsGoesOn(Supplier<Throwable> what) {
    EngineHarness harness = world.harness(200);
    EndpointRow endpoint = harness.await(harness.addEndpoint("e", EngineHarness.policy(false)));
    harness.run(30 * SECOND);
    harness.await(harness.state(endpoint, EndpointState.PAUSED));
    sendMany(harness, 300);
    harness.run(30 * SECOND);
    harness.await(harness.state(endpoint, EndpointState.ENABLED));

    EngineRuntime before = world.sound();
    before.scheduler().close();
    world.plant("parkedHeads", what, 4);
    SimScheduler threads = new SimScheduler(harness.clock, harness.random, 1);
    Engine second =
        Engine.start(
            world.config(),
            world.faulty(
                new EngineRuntime(before.clock(), threads, before.store(), before.transport())));
    harness.run(600 * SECOND);
    assertThat(world.left()).as("the search failed").isZero();
    assertThat(harness.tables.parked()).isEmpty();
    assertThat(harness.tables.hot()).isEmpty();
    assertThat(harness.await(second.stop(60_000))).isTrue();
  }

  @ParameterizedTest
  @MethodSource("dev.posthorn.simulation.FaultyWorld#unforeseen")
  void cancellingAllComesToItsEnd(Supplier<Throwable> what) {
    EngineHarness harness = world.harness(200);
    EndpointRow endpoint = harness.await(harness.addEndpoint("e", EngineHarness.policy(false)));
    harness.run(30 * SECOND);
    harness.await(harness.state(endpoint, EndpointState.PAUSED));
    sendMany(harness, 300);
    harness.run(30 * SECOND);
    world.plant("parked", what, 4);
    var cancelled = harness.engine.deliveries().cancelAll(endpoint.id());
    harness.run(600 * SECOND);
    assertThat(cancelled).isDone();
    assertThat(harness.tables.parked()).isEmpty();
    assertThat(harness.tables.hot()).isEmpty();
  }

  /** Canceled deliveries end even while a full disk keeps their mark from being removed. */
  @Test
  void aMarkThatCouldNotBeLiftedIsLiftedLater() {
    EngineHarness harness = world.harness(200);
    EndpointRow endpoint = harness.await(harness.addEndpoint("e", EngineHarness.policy(false)));
    harness.run(30 * SECOND);
    harness.await(harness.state(endpoint, EndpointState.PAUSED));
    sendMany(harness, 10);
    harness.run(30 * SECOND);
    world.plant("lift", () -> new StoreException(StoreException.Reason.FULL, "planted", null), 3);
    harness.await(harness.engine.deliveries().cancelAll(endpoint.id()));
    harness.run(60 * SECOND);
    assertThat(world.left()).isZero();
    assertThat(harness.tables.cancelMarks()).isEmpty();
  }

  // ---- for good ------------------------------------------------------------------------------

  /** The result that a loop waits for is lost, so it would wait forever. */
  @Test
  void theEngineEndsAloudIfALoopCannotBeToldWhatWasRead() {
    EngineHarness harness = world.harness(200);
    harness.await(harness.addEndpoint("e", EngineHarness.policy(false)));
    harness.run(30 * SECOND);
    world.plant("handing back what was read", () -> new OutOfMemoryError("planted"), 1);
    sendMany(harness, 40);
    harness.run(30 * SECOND);
    assertThat(world.left()).isZero();
    assertThat(harness.engine.condition().hasFailed()).isTrue();
    assertThat(harness.trySend()).isEqualTo(Reason.STORE_FAILED);
  }

  /** A store that never works again: callers hear so at once, and it is told. */
  @ParameterizedTest
  @MethodSource("dev.posthorn.simulation.FaultyWorld#unforeseen")
  void aStoreThatIsBrokenForGoodIsTold(Supplier<Throwable> what) {
    EngineHarness harness = world.harness(200);
    harness.await(harness.addEndpoint("e", EngineHarness.policy(false)));
    harness.run(SECOND);
    world.plant("commit", what, Integer.MAX_VALUE);
    sendMany(harness, 10);
    harness.run(10 * SECOND);
    assertThat(harness.engine.condition().trouble())
        .hasValueSatisfying(why -> assertThat(why).contains("planted"));
    CompletableFuture<Reason> refused = new CompletableFuture<>();
    long before = harness.clock.nanoTime();
    harness
        .engine
        .messages()
        .accept(harness.message(), result -> {}, why -> refused.complete(why.reason()));
    assertThat(harness.await(refused)).isEqualTo(Reason.STORE_FAILED);
    assertThat(harness.clock.nanoTime() - before).isLessThan(SECOND);

    world.plant("commit", what, 0);
    harness.run(10 * SECOND);
    assertThat(harness.engine.condition().trouble()).isEmpty();
    harness.run(10 * SECOND);
    assertAllEnded(harness, 10, DeliveryState.SUCCEEDED);
  }
}
