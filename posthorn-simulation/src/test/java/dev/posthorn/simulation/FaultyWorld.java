package dev.posthorn.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.DeliveryState;
import dev.posthorn.Timings;
import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.EngineConfig;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.engine.base.EngineRuntime;
import dev.posthorn.spi.runtime.Loop;
import dev.posthorn.spi.runtime.Scheduler;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.reads.PartitionReads;
import dev.posthorn.spi.store.reads.PartitionScan;
import dev.posthorn.spi.store.rows.SettingChange;
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
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A world whose store, threads, transport and wire format throw what a test plants, with an engine
 * in it.
 */
final class FaultyWorld {
  private @Nullable String place;
  private int times;
  private Supplier<Throwable> planted = () -> new IllegalStateException("planted");
  private boolean blocking;
  private @Nullable EngineRuntime sound;
  private @Nullable EngineConfig config;

  /** Returns the kinds of failure that nobody foresees. */
  static List<Supplier<Throwable>> unforeseen() {
    return List.of(
        () -> new OutOfMemoryError("planted"),
        () -> new NoClassDefFoundError("planted"),
        () -> new StackOverflowError("planted"),
        () -> new IllegalStateException("planted"));
  }

  private void at(String here) throws Throwable {
    if (here.equals(place) && times > 0) {
      times--;
      throw planted.get();
    }
  }

  /** The same, for a seam that says nothing of exceptions. */
  void atSneakily(String here) {
    try {
      at(here);
    } catch (Throwable e) {
      throw FaultyWorld.<RuntimeException>sneaky(e);
    }
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  static <T extends Throwable> RuntimeException sneaky(Throwable what) throws T {
    throw (T) what;
  }

  private Store store(Store store) {
    return (Store) faulty(store, Store.class);
  }

  private Object faulty(Object store, Class<?> type) {
    return Proxy.newProxyInstance(
        Store.class.getClassLoader(),
        new Class<?>[] {type},
        (proxy, method, arguments) -> {
          at(method.getName());
          if (arguments != null && arguments[0] instanceof Batch batch && lifts(batch)) {
            at("lift");
          }
          try {
            Object result = method.invoke(store, arguments);
            at("after " + method.getName());
            return switch (result) {
              case PartitionReads reads -> faulty(reads, PartitionReads.class);
              case PartitionScan scan -> faulty(scan, PartitionScan.class);
              case null, default -> result;
            };
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
      public void executeSoon(Runnable task) {
        loop.executeSoon(task);
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
      public RequestSigner signer(List<SigningSecret> secrets, List<Header> headers) {
        atSneakily("framer");
        RequestSigner signer = plain.signer(secrets, headers);
        return new RequestSigner() {
          @Override
          public String[] headers(
              String id, String type, String contentType, long millis, byte[] body) {
            atSneakily("headers");
            return signer.headers(id, type, contentType, millis, body);
          }

          @Override
          public boolean isBlocking(int bytes) {
            atSneakily("costly");
            return blocking;
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
    sound = seams;
    config = given.withFormats(Map.of(SimWireFormat.NAME, format()));
    return Engine.start(config, faulty(seams));
  }

  /** Returns a runtime whose parts throw what is planted. */
  EngineRuntime faulty(EngineRuntime seams) {
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
                .maxInFlight(16)
                .hotRows(20)
                .laneHotRows(2)
                .bodyBytes(2_000)
                .acceptBytes(10_000_000)
                .build());
  }

  /** Starts an engine in this world, whose receivers answer with a status. */
  EngineHarness harness(int status) {
    return new EngineHarness(
        1,
        options(),
        this::launch,
        (host, request) ->
            new SimReceiver.Reply(
                10, new ExchangeResult.Response(status, null, new byte[0], null, Timings.NONE)));
  }

  /** Plants a fault: the seam of a name throws so many times. */
  void plant(String where, Supplier<Throwable> what, int howOften) {
    place = where;
    planted = what;
    times = howOften;
  }

  /** Returns how often the planted fault has still to be thrown. */
  int left() {
    return times;
  }

  /** Makes signatures on workers from now on, or on loops. */
  void signOnWorkers(boolean onWorkers) {
    blocking = onWorkers;
  }

  /** Returns the runtime of the last engine, without faults. */
  EngineRuntime sound() {
    return Objects.requireNonNull(sound);
  }

  /** Returns the configuration of the last engine. */
  EngineConfig config() {
    return Objects.requireNonNull(config);
  }

  static void sendMany(EngineHarness harness, int count) {
    for (int i = 0; i < count; i++) {
      harness.send(0);
    }
  }

  static void assertAllEnded(EngineHarness harness, int count, DeliveryState state) {
    assertThat(harness.tables.hot()).isEmpty();
    assertThat(harness.tables.parked()).isEmpty();
    assertThat(harness.tables.attempts().values())
        .filteredOn(attempt -> attempt.state() != DeliveryState.WAITING)
        .hasSize(count)
        .allMatch(attempt -> attempt.state() == state);
    assertThat(harness.engine.condition().hasFailed()).isFalse();
    assertThat(harness.await(harness.engine.stop(60_000))).as("all was given back").isTrue();
  }
}
