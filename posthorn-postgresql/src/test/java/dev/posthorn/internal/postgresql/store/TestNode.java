package dev.posthorn.internal.postgresql.store;

import dev.posthorn.HttpTransportOptions;
import dev.posthorn.internal.crypto.Keyring;
import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.EngineConfig;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.engine.base.EngineRuntime;
import dev.posthorn.internal.wire.StandardWireFormat;
import dev.posthorn.spi.runtime.Clock;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.Lease;
import dev.posthorn.spi.store.RebalanceListener;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.transport.AddressPolicy;
import dev.posthorn.testkit.postgresql.TestDatabase;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.transport.http.HttpTransport;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** An engine on a database, beside others; the test assigns its partitions. */
final class TestNode implements AutoCloseable {
  final Engine engine;
  private final Set<Integer> owned = ConcurrentHashMap.newKeySet();
  private volatile @Nullable RebalanceListener listener;

  /**
   * Starts a node that owns nothing.
   *
   * @param slot its number among the nodes
   */
  TestNode(TestDatabase database, int slot) {
    Lease lease =
        new Lease() {
          @Override
          public boolean isHeld() {
            return true;
          }

          @Override
          public Slot slot() {
            return new Slot(slot, 0);
          }
        };
    HttpTransport transport =
        HttpTransport.open(
            HttpTransportOptions.builder()
                .addresses(AddressPolicy.allowing("127.0.0.0/8"))
                .build());
    EngineRuntime runtime =
        new EngineRuntime(
            Clock.of(InstantSource.system()),
            transport.scheduler(),
            assigned(DatabaseFixture.openAs(database, "postgres", lease)),
            transport);
    engine =
        Engine.start(
            new EngineConfig(
                EngineOptions.DEFAULT,
                new Keyring(Map.of(1, new byte[Keyring.KEY_BYTES])),
                Map.of(StandardWireFormat.NAME, new StandardWireFormat(false)),
                new Random(slot)),
            runtime);
  }

  private Store assigned(Store store) {
    return (Store)
        Proxy.newProxyInstance(
            Store.class.getClassLoader(),
            new Class<?>[] {Store.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("subscribe")) {
                listener = (RebalanceListener) arguments[0];
                return Set.of();
              }
              try {
                Object result = method.invoke(store, arguments);
                if (method.getName().equals("commit")) {
                  owned.removeAll(((Batch) arguments[0]).releases);
                }
                return result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private RebalanceListener told() {
    return Objects.requireNonNull(listener);
  }

  /** Lets it own partitions, and waits until it works on them. */
  TestNode assign(Set<Integer> partitions) {
    owned.addAll(partitions);
    told().assigned(partitions);
    Await.until(
        "partitions begun", () -> engine.context().ownership().owned().containsAll(partitions));
    return this;
  }

  /** Takes partitions away, and waits until it has released them. */
  void revoke(Set<Integer> partitions) {
    told().revoked(partitions);
    Await.until("partitions released", () -> owned.stream().noneMatch(partitions::contains));
  }

  @Override
  public void close() {
    engine.close(1_000);
  }
}
