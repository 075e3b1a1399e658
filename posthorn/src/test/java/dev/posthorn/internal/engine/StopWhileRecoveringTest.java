package dev.posthorn.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.internal.crypto.SecretKey;
import dev.posthorn.internal.engine.base.EngineRuntime;
import dev.posthorn.internal.runtime.EngineAssembly;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.reads.PartitionScan;
import dev.posthorn.spi.store.reads.ScanKey;
import dev.posthorn.spi.store.reads.ScanPage;
import dev.posthorn.testkit.receiver.Await;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stop does not wait for the search for parked deliveries, which may take long. */
class StopWhileRecoveringTest {
  @TempDir private Path folder;

  /** The thread that searches. */
  private final AtomicReference<Thread> searching = new AtomicReference<>();

  /** Replaces a method. */
  private interface Replacement {
    Object call(Callable<Object> real) throws Exception;
  }

  private static <T> T replaced(Class<T> type, T real, String method, Replacement replacement) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, called, arguments) -> {
              try {
                Callable<Object> call = () -> called.invoke(real, arguments);
                return called.getName().equals(method) ? replacement.call(call) : call.call();
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }

  /** Returns a runtime whose store has no last page of endpoints with parked deliveries. */
  private EngineRuntime endless(EngineRuntime real) {
    Store store = replaced(Store.class, real.store(), "across", this::endless);
    return real.withStore(store);
  }

  private Object endless(Callable<Object> scan) throws Exception {
    return replaced(
        PartitionScan.class,
        (PartitionScan) scan.call(),
        "parkedHeads",
        unused -> {
          searching.set(Thread.currentThread());
          return new ScanPage<>(List.of(), ScanKey.START);
        });
  }

  @Test
  void theSearchEndsWithTheEngine() {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    Engine engine =
        EngineAssembly.of(folder.resolve("webhooks.db"))
            .keyring(SecretKey.keyring("0".repeat(64)))
            .around(this::endless)
            .start();
    Await.until("it searches", () -> searching.get() != null);
    Thread thread = Objects.requireNonNull(searching.get());
    assertThat(before).doesNotContain(thread);

    assertThat(engine.close(0)).isTrue();

    assertThat(thread.isAlive()).isFalse();
  }
}
