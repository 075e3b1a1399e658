package dev.posthorn.simulation;

import dev.posthorn.internal.engine.Engine;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.reads.PartitionReads;
import dev.posthorn.spi.store.reads.PartitionScan;
import dev.posthorn.spi.store.reads.Reads;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A store that shows each call before it is made, and what it returns. */
final class WatchedStore {
  private WatchedStore() {}

  /** Sees a call; what it throws is thrown by the store. */
  interface Watcher {
    void called(String method, Object[] arguments);

    /** Sees what a call returned, which may be null. */
    default void returned(String method, @Nullable Object result) {}
  }

  /** Returns what sees each batch before it is committed; what it throws the store throws. */
  static Watcher commits(Consumer<Batch> watcher) {
    return (method, arguments) -> {
      if (method.equals("commit")) {
        watcher.accept((Batch) arguments[0]);
      }
    };
  }

  /** Returns what starts plain engines on stores that are watched. */
  static Launcher launcher(Watcher watcher) {
    return (config, runtime) ->
        Engine.start(config, runtime.withStore(of(runtime.store(), watcher)));
  }

  private static Store of(Store store, Watcher watcher) {
    return (Store) watched(store, Store.class, watcher);
  }

  private static Object watched(Object store, Class<?> type, Watcher watcher) {
    return Proxy.newProxyInstance(
        Store.class.getClassLoader(),
        new Class<?>[] {type},
        (proxy, method, arguments) -> {
          watcher.called(method.getName(), arguments);
          try {
            Object result = method.invoke(store, arguments);
            watcher.returned(method.getName(), result);
            return switch (result) {
              case Reads reads -> watched(reads, Reads.class, watcher);
              case PartitionReads reads -> watched(reads, PartitionReads.class, watcher);
              case PartitionScan scan -> watched(scan, PartitionScan.class, watcher);
              case null, default -> result;
            };
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        });
  }
}
