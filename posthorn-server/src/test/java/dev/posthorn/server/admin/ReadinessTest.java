package dev.posthorn.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.internal.crypto.Keyring;
import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.EngineConfig;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.engine.base.EngineRuntime;
import dev.posthorn.server.http.Answer;
import dev.posthorn.server.http.Operation;
import dev.posthorn.simulation.SimClock;
import dev.posthorn.simulation.SimScheduler;
import dev.posthorn.simulation.SimStore;
import dev.posthorn.spi.runtime.Loop;
import dev.posthorn.spi.store.Lease;
import dev.posthorn.spi.store.NodeStatus;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.transport.ExchangeResult;
import dev.posthorn.spi.transport.HttpRequest;
import dev.posthorn.spi.transport.Transport;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Readiness probes of an engine whose store fails, in simulated time. */
class ReadinessTest {
  private static final long SECOND = 1_000_000_000;

  private static final Transport NO_TRANSPORT =
      new Transport() {
        @Override
        public void exchange(Loop loop, HttpRequest request, Consumer<ExchangeResult> done) {
          throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
      };

  private final Random random = new Random(1);
  private final SimClock clock = new SimClock(random);
  private final Readiness readiness = new Readiness();
  private final AdminApi api = new AdminApi(readiness, () -> null, () -> null, Set.of());
  private @Nullable Throwable failure;
  private NodeStatus.@Nullable State standing;

  private Store store() {
    SimStore store = new SimStore();
    return (Store)
        Proxy.newProxyInstance(
            Store.class.getClassLoader(),
            new Class<?>[] {Store.class},
            (proxy, method, arguments) -> {
              if (failure != null && method.getName().equals("commit")) {
                throw failure;
              }
              NodeStatus.State state = standing;
              if (state != null && method.getName().equals("lease")) {
                return lease(state);
              }
              try {
                return method.invoke(store, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static Lease lease(NodeStatus.State state) {
    return new Lease() {
      @Override
      public boolean isHeld() {
        return state != NodeStatus.State.LOST;
      }

      @Override
      public NodeStatus status() {
        return new NodeStatus(state, 0, 0);
      }
    };
  }

  private Engine start() {
    Keyring keyring = new Keyring(Map.of(1, new byte[Keyring.KEY_BYTES]));
    Engine engine =
        Engine.start(
            new EngineConfig(EngineOptions.DEFAULT, keyring, Map.of(), random),
            new EngineRuntime(clock, new SimScheduler(clock, random, 1), store(), NO_TRANSPORT));
    readiness.ready(engine);
    return engine;
  }

  private void run(long nanos) {
    long until = clock.nanoTime() + nanos;
    while (clock.nanoTime() < until && clock.step()) {
      // Let time pass.
    }
  }

  @SuppressWarnings("NullAway") // read-only handlers ignore the call
  private String ask(String id) {
    Answer[] heard = new Answer[1];
    for (Operation operation : api.operations()) {
      if (operation.id().equals(id) && operation.action() instanceof Operation.NonBlocking direct) {
        direct.handler().handle(null, answer -> heard[0] = answer.get());
      }
    }
    return heard[0].status() + " " + new String(heard[0].body(), StandardCharsets.UTF_8);
  }

  @Test
  void onceAnotherProcessHasTakenOverItIsNeitherReadyNorLive() {
    Engine engine = start();
    failure = new StoreException(StoreException.Reason.FENCED, "epoch 7", null);
    var unused = engine.applicationAdmin().create(1, null, "A", Map.of());
    run(SECOND);
    failure = null;
    run(10 * SECOND);
    assertThat(ask("admin.ready")).startsWith("503").contains("taken over", "epoch 7");
    assertThat(ask("admin.live")).startsWith("503").contains("taken over", "start again");
  }

  @Test
  void aNodeThatJoinsIsNotReady() {
    readiness.opened(store());
    assertThat(ask("admin.ready")).startsWith("503").contains("\"status\":\"starting\"");
    standing = NodeStatus.State.ACTIVE;
    readiness.opened(store());
    assertThat(ask("admin.ready")).startsWith("503").contains("\"status\":\"joining\"");
    assertThat(ask("admin.live")).startsWith("200");
  }

  @Test
  void aNodeIsReadyUnlessItIsDrainedOrHasNoLease() {
    var unused = start();
    standing = NodeStatus.State.ACTIVE;
    assertThat(ask("admin.ready")).isEqualTo("200 {\"status\":\"ready\",\"held\":false}");
    standing = NodeStatus.State.DRAINING;
    assertThat(ask("admin.ready")).startsWith("503").contains("draining", "somebody has asked");
    standing = NodeStatus.State.LOST;
    assertThat(ask("admin.ready")).startsWith("503").contains("lease-lost", "was not renewed");
    assertThat(ask("admin.live")).startsWith("200");
  }

  @Test
  void whileNothingCanBeStoredItIsNotReadyAndSaysWhy() {
    Engine engine = start();
    for (Throwable wrong :
        new Throwable[] {
          new StoreException(StoreException.Reason.IO, "the cable is out", null),
          new StoreException(StoreException.Reason.UNKNOWN, "the cable is out", null),
          new OutOfMemoryError("the cable is out")
        }) {
      failure = wrong;
      var unused = engine.applicationAdmin().create(1, null, "A", Map.of());
      run(10 * SECOND);
      assertThat(ask("admin.ready")).startsWith("503").contains("failing", "the cable is out");
      assertThat(ask("admin.live")).startsWith("200");
      failure = null;
      run(10 * SECOND);
      assertThat(ask("admin.ready")).isEqualTo("200 {\"status\":\"ready\",\"held\":false}");
    }
  }
}
