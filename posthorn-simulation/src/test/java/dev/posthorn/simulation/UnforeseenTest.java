package dev.posthorn.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.DeliveryState;
import dev.posthorn.Reason;
import dev.posthorn.Timings;
import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.EngineConfig;
import dev.posthorn.internal.engine.base.EngineListener;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.engine.base.EngineRuntime;
import dev.posthorn.internal.engine.base.SendRequest;
import dev.posthorn.spi.runtime.Loop;
import dev.posthorn.spi.runtime.Scheduler;
import dev.posthorn.spi.store.AttemptRow;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.EndpointRow;
import dev.posthorn.spi.store.EndpointState;
import dev.posthorn.spi.store.SettingChange;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.transport.ExchangeResult;
import dev.posthorn.spi.transport.HttpRequest;
import dev.posthorn.spi.transport.Transport;
import dev.posthorn.spi.wire.Header;
import dev.posthorn.spi.wire.RequestSigner;
import dev.posthorn.spi.wire.SigningSecret;
import dev.posthorn.spi.wire.WireFormat;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Anything may throw anything: it stops nothing, loses nothing, and is tried again. */
class UnforeseenTest {
  private static final long SECOND = EngineHarness.SECOND;

  private @Nullable String place;
  private int times;
  private Supplier<Throwable> planted = () -> new IllegalStateException("planted");
  private boolean costly;
  private @Nullable EngineRuntime world;
  private @Nullable EngineConfig config;
  private @Nullable EngineHarness harness;

  static List<Supplier<Throwable>> unforeseen() {
    return List.of(
        () -> new OutOfMemoryError("planted"),
        () -> new NoClassDefFoundError("planted"),
        () -> new StackOverflowError("planted"),
        () -> new IllegalStateException("planted"));
  }

  static Stream<Arguments> storePlaces() {
    return Stream.of("commit", "after commit", "upkeep", "messages", "parked", "after messages")
        .flatMap(where -> unforeseen().stream().map(what -> Arguments.of(where, what)));
  }

  // ---- the seams -----------------------------------------------------------------------------

  private void at(String here) throws Throwable {
    if (here.equals(place) && times > 0) {
      times--;
      throw planted.get();
    }
  }

  /** The same, for a seam that says nothing of exceptions. */
  private void atSneakily(String here) {
    try {
      at(here);
    } catch (Throwable e) {
      throw UnforeseenTest.<RuntimeException>sneaky(e);
    }
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <T extends Throwable> RuntimeException sneaky(Throwable what) throws T {
    throw (T) what;
  }

  private Store store(Store store) {
    return (Store)
        Proxy.newProxyInstance(
            Store.class.getClassLoader(),
            new Class<?>[] {Store.class},
            (proxy, method, arguments) -> {
              at(method.getName());
              if (arguments != null && arguments[0] instanceof Batch batch && lifts(batch)) {
                at("lift");
              }
              try {
                Object result = method.invoke(store, arguments);
                at("after " + method.getName());
                return result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static boolean lifts(Batch batch) {
    return batch.settings.stream().anyMatch(SettingChange.RemoveCancelMark.class::isInstance);
  }

  private Transport transport(Transport transport) {
    return new Transport() {
      @Override
      public void exchange(Loop loop, HttpRequest request, Consumer<ExchangeResult> done) {
        atSneakily("exchange");
        transport.exchange(loop, request, done);
        atSneakily("after exchange");
      }

      @Override
      public void close() {}
    };
  }

  private Scheduler scheduler(Scheduler scheduler) {
    return new Scheduler() {
      @Override
      public List<Loop> loops() {
        return scheduler.loops().stream().map(loop -> loop(loop)).toList();
      }

      @Override
      public Loop writer() {
        return scheduler.writer();
      }

      @Override
      public Executor workers() {
        return task -> {
          atSneakily("workers");
          if (isCalledIn("committed")) {
            atSneakily("workers on commit");
          }
          scheduler.workers().execute(task);
        };
      }

      @Override
      public Executor callbacks() {
        return scheduler.callbacks();
      }

      @Override
      public void close() {
        scheduler.close();
      }
    };
  }

  private Loop loop(Loop loop) {
    return new Loop() {
      @Override
      public void execute(Runnable task) {
        if (isCalledIn("readNow")) {
          atSneakily("handing back what was read");
        }
        loop.execute(task);
      }

      @Override
      public Timer schedule(long delayNanos, Runnable task) {
        return loop.schedule(delayNanos, task);
      }

      @Override
      public boolean inLoop() {
        return loop.inLoop();
      }
    };
  }

  private static boolean isCalledIn(String method) {
    return StackWalker.getInstance()
        .walk(frames -> frames.anyMatch(frame -> frame.getMethodName().equals(method)));
  }

  private WireFormat format() {
    WireFormat plain = new SimWireFormat();
    return new WireFormat() {
      @Override
      public String name() {
        return plain.name();
      }

      @Override
      public RequestSigner framer(List<SigningSecret> secrets, List<Header> headers) {
        atSneakily("framer");
        RequestSigner framer = plain.framer(secrets, headers);
        return new RequestSigner() {
          @Override
          public String[] headers(
              String id, String type, String contentType, long millis, byte[] body) {
            atSneakily("headers");
            return framer.headers(id, type, contentType, millis, body);
          }

          @Override
          public boolean isBlocking(int bytes) {
            atSneakily("costly");
            return costly;
          }
        };
      }

      @Override
      public boolean retries(int status) {
        atSneakily("retries");
        return true;
      }

      @Override
      public void check(String secret) {}

      @Override
      public String generateSecret() {
        return "";
      }
    };
  }

  private Engine launch(EngineConfig given, EngineRuntime seams) {
    world = seams;
    config = given.withFormats(Map.of(SimWireFormat.NAME, format()));
    return Engine.start(config, faulty(seams));
  }

  private EngineRuntime faulty(EngineRuntime seams) {
    return new EngineRuntime(
        seams.clock(),
        scheduler(seams.scheduler()),
        store(seams.store()),
        transport(seams.transport()));
  }

  /** Few payloads fit into memory, so they are read; few rows, so pages are. */
  private static EngineOptions options() {
    return EngineOptions.DEFAULT
        .withRetryWaits(List.of(1_000L))
        .withLimits(
            SimOptions.LIMITS.toBuilder()
                .permits(16)
                .hotRows(20)
                .laneHotRows(2)
                .bodyBytes(2_000)
                .acceptBytes(10_000_000)
                .build());
  }

  private EngineHarness harness(int status) {
    harness =
        new EngineHarness(
            1,
            options(),
            this::launch,
            (host, request) ->
                new SimReceiver.Reply(
                    10,
                    new ExchangeResult.Response(status, null, new byte[0], null, Timings.NONE)));
    return harness;
  }

  private void plant(String where, Supplier<Throwable> what, int howOften) {
    place = where;
    planted = what;
    times = howOften;
  }

  private void sendMany(EngineHarness harness, int count) {
    for (int i = 0; i < count; i++) {
      harness.send(0);
    }
  }

  private void assertAllEnded(EngineHarness harness, int count, DeliveryState state) {
    assertThat(harness.tables.hot).isEmpty();
    assertThat(harness.tables.parked).isEmpty();
    assertThat(harness.tables.attempts.values())
        .filteredOn(attempt -> attempt.state() != DeliveryState.WAITING)
        .hasSize(count)
        .allMatch(attempt -> attempt.state() == state);
    assertThat(harness.engine.condition().hasFailed()).isFalse();
    assertThat(harness.await(harness.engine.stop(60_000))).as("all was given back").isTrue();
  }

  // ---- the store -----------------------------------------------------------------------------

  @ParameterizedTest
  @MethodSource("storePlaces")
  void aStoreThatThrowsFourTimesStopsNothing(String where, Supplier<Throwable> what) {
    EngineHarness harness = harness(200);
    for (String name : List.of("a", "b", "c", "d", "e", "f")) {
      harness.await(harness.addEndpoint(name, EngineHarness.policy(name.equals("f"))));
    }
    harness.run(30 * SECOND);
    plant(where, what, 4);
    sendMany(harness, 40);
    harness.run(600 * SECOND);
    sendMany(harness, 10);
    harness.run(600 * SECOND);
    assertThat(times).as("it threw").isZero();
    assertAllEnded(harness, 6 * 50, DeliveryState.SUCCEEDED);
  }

  @ParameterizedTest
  @MethodSource("unforeseen")
  void afterACommitThatThrewOnceMessagesAreAccepted(Supplier<Throwable> what) {
    EngineHarness harness = harness(200);
    harness.await(harness.addEndpoint("e", EngineHarness.policy(false)));
    plant("commit", what, 1);
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
  @MethodSource("unforeseen")
  void theSearchForWhatWaitsGoesOn(Supplier<Throwable> what) {
    EngineHarness harness = harness(200);
    EndpointRow endpoint = harness.await(harness.addEndpoint("e", EngineHarness.policy(false)));
    harness.run(30 * SECOND);
    harness.await(harness.state(endpoint, EndpointState.PAUSED));
    sendMany(harness, 300);
    harness.run(30 * SECOND);
    harness.await(harness.state(endpoint, EndpointState.ENABLED));

    EngineRuntime before = Objects.requireNonNull(world);
    before.scheduler().close();
    plant("parkedHeads", what, 4);
    SimScheduler threads = new SimScheduler(harness.clock, harness.random, 1);
    Engine second =
        Engine.start(
            Objects.requireNonNull(config),
            faulty(new EngineRuntime(before.clock(), threads, before.store(), before.transport())));
    harness.run(600 * SECOND);
    assertThat(times).as("the search failed").isZero();
    assertThat(harness.tables.parked).isEmpty();
    assertThat(harness.tables.hot).isEmpty();
    assertThat(harness.await(second.stop(60_000))).isTrue();
  }

  @ParameterizedTest
  @MethodSource("unforeseen")
  void cancellingAllComesToItsEnd(Supplier<Throwable> what) {
    EngineHarness harness = harness(200);
    EndpointRow endpoint = harness.await(harness.addEndpoint("e", EngineHarness.policy(false)));
    harness.run(30 * SECOND);
    harness.await(harness.state(endpoint, EndpointState.PAUSED));
    sendMany(harness, 300);
    harness.run(30 * SECOND);
    plant("parked", what, 4);
    var cancelled = harness.engine.deliveries().cancelAll(endpoint.id());
    harness.run(600 * SECOND);
    assertThat(cancelled).isDone();
    assertThat(harness.tables.parked).isEmpty();
    assertThat(harness.tables.hot).isEmpty();
  }

  /** What was cancelled is ended; that the mark stays for want of room is no matter for now. */
  @Test
  void aMarkThatCouldNotBeLiftedIsLiftedLater() {
    EngineHarness harness = harness(200);
    EndpointRow endpoint = harness.await(harness.addEndpoint("e", EngineHarness.policy(false)));
    harness.run(30 * SECOND);
    harness.await(harness.state(endpoint, EndpointState.PAUSED));
    sendMany(harness, 10);
    harness.run(30 * SECOND);
    plant("lift", () -> new StoreException(StoreException.Reason.FULL, "planted", null), 3);
    harness.await(harness.engine.deliveries().cancelAll(endpoint.id()));
    harness.run(60 * SECOND);
    assertThat(times).isZero();
    assertThat(harness.tables.cancelMarks).isEmpty();
  }

  // ---- what makes requests -------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(strings = {"exchange", "after exchange", "headers", "costly"})
  void aRequestThatAnErrorKeepsFromBeingMadeSpendsNoAttempt(String where) {
    for (boolean onWorker : new boolean[] {false, true}) {
      for (Supplier<Throwable> what : unforeseen()) {
        if (what.get() instanceof Error) {
          costly = onWorker;
          EngineHarness harness = harness(200);
          harness.await(harness.addEndpoint("e", EngineHarness.policy(false)));
          harness.await(harness.addEndpoint("f", EngineHarness.policy(true)));
          harness.run(30 * SECOND);
          plant(where, what, 20);
          sendMany(harness, 20);
          harness.run(600 * SECOND);
          assertThat(times).isZero();
          assertThat(harness.tables.attempts.values()).allMatch(attempt -> attempt.spent() == 1);
          assertAllEnded(harness, 40, DeliveryState.SUCCEEDED);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void wantOfAThreadSpendsNoAttemptAndLosesNothing(boolean onWorker) {
    costly = onWorker;
    EngineHarness harness = harness(200);
    for (String name : List.of("a", "b", "c", "d", "e", "f")) {
      harness.await(harness.addEndpoint(name, EngineHarness.policy(name.equals("f"))));
    }
    harness.run(30 * SECOND);
    plant("workers", () -> new OutOfMemoryError("unable to create native thread"), 20);
    sendMany(harness, 40);
    harness.run(600 * SECOND);
    assertThat(times).isZero();
    assertThat(harness.tables.attempts.values()).allMatch(attempt -> attempt.spent() == 1);
    assertAllEnded(harness, 240, DeliveryState.SUCCEEDED);
  }

  @Test
  void wantOfAThreadEndsNoTask() {
    EngineHarness harness = harness(200);
    for (int i = 0; i < 400; i++) {
      long owner = harness.addApplication();
      harness.await(harness.addEndpoint(owner, "e" + i, EngineHarness.policy(false)));
    }
    harness.run(30 * SECOND);
    plant("workers on commit", () -> new OutOfMemoryError("no native thread"), 30);
    harness.await(harness.engine.tasks().broadcast(1, harness.message()));
    harness.run(600 * SECOND);
    assertThat(harness.tables.tasks.values()).allMatch(task -> task.status().equals("finished"));
    assertAllEnded(harness, 400, DeliveryState.SUCCEEDED);
  }

  @ParameterizedTest
  @MethodSource("unforeseen")
  void aWireFormatThatCannotJudgeAnAnswerStopsNothing(Supplier<Throwable> what) {
    EngineHarness harness = harness(500);
    harness.await(harness.addEndpoint("e", EngineHarness.policy(false)));
    harness.run(30 * SECOND);
    plant("retries", what, 20);
    sendMany(harness, 10);
    harness.run(600 * SECOND);
    assertThat(times).isZero();
    assertAllEnded(harness, 10, DeliveryState.FAILED);
  }

  @ParameterizedTest
  @MethodSource("unforeseen")
  void anEndpointWhoseWireFormatFailsIsHeldAndTriedAgain(Supplier<Throwable> what) {
    EngineHarness harness = harness(200);
    plant("framer", what, 1);
    harness.await(harness.addEndpoint("e", EngineHarness.policy(false)));
    harness.await(harness.addEndpoint("f", EngineHarness.policy(false)));
    harness.run(30 * SECOND);
    sendMany(harness, 10);
    harness.run(600 * SECOND);
    assertThat(times).isZero();
    assertAllEnded(harness, 20, DeliveryState.SUCCEEDED);
  }

  // ---- who listens ---------------------------------------------------------------------------

  @ParameterizedTest
  @MethodSource("unforeseen")
  void aListenerThatThrowsEndsNoEvents(Supplier<Throwable> what) {
    EngineHarness harness = harness(200);
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
                  EndpointRow endpoint, AttemptRow attempt, @Nullable String type) {
                heard[0]++;
              }
            });
    harness.run(30 * SECOND);
    for (String where : List.of("attempted", "caresFor")) {
      plant(where, what, 5);
      sendMany(harness, 10);
      harness.run(30 * SECOND);
      assertThat(times).isZero();
    }
    assertThat(heard[0]).isEqualTo(20);
    assertAllEnded(harness, 20, DeliveryState.SUCCEEDED);
  }

  private EngineListener listener(String where) {
    return new EngineListener() {
      @Override
      public boolean caresFor(AttemptRow attempt) {
        if (where.equals("caresFor")) {
          atSneakily(where);
        }
        return true;
      }

      @Override
      public void attempted(EndpointRow endpoint, AttemptRow attempt, @Nullable String type) {
        if (where.equals("attempted")) {
          atSneakily(where);
        }
      }
    };
  }

  @ParameterizedTest
  @MethodSource("unforeseen")
  void aWatchAndACallerThatThrowStopNothing(Supplier<Throwable> what) {
    EngineHarness harness = harness(200);
    harness.await(harness.addEndpoint("e", EngineHarness.policy(false)));
    harness.run(30 * SECOND);
    SendRequest.Options watched =
        new SendRequest.Options(
            null,
            0,
            0,
            attempt -> {
              throw UnforeseenTest.<RuntimeException>sneaky(what.get());
            });
    for (int i = 0; i < 10; i++) {
      harness
          .engine
          .messages()
          .accept(
              harness.messageOf(watched),
              accepted -> {
                throw UnforeseenTest.<RuntimeException>sneaky(what.get());
              },
              refused -> {});
    }
    harness.run(30 * SECOND);
    assertAllEnded(harness, 10, DeliveryState.SUCCEEDED);
  }

  // ---- for good ------------------------------------------------------------------------------

  /** What a loop waits for is lost, so it would wait for ever. */
  @Test
  void theEngineEndsAloudIfALoopCannotBeToldWhatWasRead() {
    EngineHarness harness = harness(200);
    harness.await(harness.addEndpoint("e", EngineHarness.policy(false)));
    harness.run(30 * SECOND);
    plant("handing back what was read", () -> new OutOfMemoryError("planted"), 1);
    sendMany(harness, 40);
    harness.run(30 * SECOND);
    assertThat(times).isZero();
    assertThat(harness.engine.condition().hasFailed()).isTrue();
    assertThat(harness.trySend()).isEqualTo(Reason.STORE_FAILED);
  }

  /** A store that never works again: callers hear so at once, and it is told. */
  @ParameterizedTest
  @MethodSource("unforeseen")
  void aStoreThatIsBrokenForGoodIsTold(Supplier<Throwable> what) {
    EngineHarness harness = harness(200);
    harness.await(harness.addEndpoint("e", EngineHarness.policy(false)));
    harness.run(SECOND);
    plant("commit", what, Integer.MAX_VALUE);
    sendMany(harness, 10);
    harness.run(10 * SECOND);
    assertThat(harness.engine.condition().trouble())
        .hasValueSatisfying(why -> assertThat(why).contains("planted"));
    CompletableFuture<Reason> refused = new CompletableFuture<>();
    long before = harness.clock.nanoTime();
    harness
        .engine
        .messages()
        .accept(harness.message(), accepted -> {}, why -> refused.complete(why.reason()));
    assertThat(harness.await(refused)).isEqualTo(Reason.STORE_FAILED);
    assertThat(harness.clock.nanoTime() - before).isLessThan(SECOND);

    plant("commit", what, 0);
    harness.run(10 * SECOND);
    assertThat(harness.engine.condition().trouble()).isEmpty();
    harness.run(10 * SECOND);
    assertAllEnded(harness, 10, DeliveryState.SUCCEEDED);
  }
}
