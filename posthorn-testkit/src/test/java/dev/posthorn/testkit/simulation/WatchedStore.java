package dev.posthorn.testkit.simulation;

import dev.posthorn.store.Store;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** A store that shows each call before it is made. */
final class WatchedStore {
  private WatchedStore() {}

  /** Sees a call; what it throws is thrown by the store. */
  interface Watcher {
    void called(String method, Object[] arguments);
  }

  static Store of(Store store, Watcher watcher) {
    return (Store)
        Proxy.newProxyInstance(
            Store.class.getClassLoader(),
            new Class<?>[] {Store.class},
            (proxy, method, arguments) -> {
              watcher.called(method.getName(), arguments);
              try {
                return method.invoke(store, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
