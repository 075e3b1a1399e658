package dev.posthorn.internal.engine.lane;

import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.base.EngineRuntime;
import dev.posthorn.internal.engine.base.Guard;
import dev.posthorn.internal.engine.journal.Journal;
import dev.posthorn.internal.engine.journal.SettingsMemory;
import dev.posthorn.simulation.Launcher;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.Lease;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.reads.SettingsLog;
import dev.posthorn.spi.store.rows.SettingChange;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.function.UnaryOperator;

/** Engines that make a mistake with a store that others write to, too. */
public final class SharedStoreMutants {
  private SharedStoreMutants() {}

  /** Sends without asking whether the lease of the store is held. */
  public static Launcher ignoresLease() {
    return (config, runtime) ->
        Engine.start(
            config,
            new EngineRuntime(
                runtime.clock(),
                runtime.scheduler(),
                with(runtime.store(), "lease", lease -> held((Lease) lease)),
                runtime.transport()));
  }

  private static Lease held(Lease lease) {
    return new Lease() {
      @Override
      public boolean isHeld() {
        return true;
      }

      @Override
      public long epoch() {
        return lease.epoch();
      }
    };
  }

  /** Commits whatever settings others have changed since a batch was prepared. */
  public static Launcher ignoresVersions() {
    return (config, runtime) ->
        Engine.start(
            config,
            runtime,
            new Parts() {
              @Override
              public Journal journal(
                  EngineRuntime runtime,
                  Guard guard,
                  SettingsMemory settings,
                  long retentionMillis) {
                return new Journal(runtime, guard, settings, retentionMillis) {
                  @Override
                  public void commit(Store store, Batch batch) {
                    batch.settingsVersion = Batch.ANY_VERSION;
                    super.commit(store, batch);
                  }
                };
              }
            });
  }

  /** Does not apply what others have changed. */
  public static Launcher doesNotFollow() {
    return follows(changes -> List.of());
  }

  /** Applies what others have changed in the wrong order. */
  public static Launcher followsBackwards() {
    return follows(List::reversed);
  }

  private static Launcher follows(UnaryOperator<List<SettingChange.Replicated>> order) {
    return (config, runtime) ->
        Engine.start(
            config,
            new EngineRuntime(
                runtime.clock(),
                runtime.scheduler(),
                with(runtime.store(), "settingsAfter", page -> inOrder((SettingsLog) page, order)),
                runtime.transport()));
  }

  /** Returns a page with the changes of all its entries in another order, in its last entry. */
  private static SettingsLog inOrder(
      SettingsLog page, UnaryOperator<List<SettingChange.Replicated>> order) {
    if (page.entries().isEmpty()) {
      return page;
    }
    List<SettingChange.Replicated> all =
        page.entries().stream().flatMap(entry -> entry.changes().stream()).toList();
    long version = page.entries().getLast().version();
    return new SettingsLog(true, List.of(new SettingsLog.Entry(version, order.apply(all))));
  }

  /** Returns a store, and as its writer's reads itself, with another result of a method. */
  private static Store with(Store store, String name, UnaryOperator<Object> result) {
    return (Store)
        Proxy.newProxyInstance(
            Store.class.getClassLoader(),
            new Class<?>[] {Store.class},
            (proxy, method, arguments) -> {
              try {
                if (method.getName().equals("forWriter")) {
                  return proxy;
                }
                Object present = method.invoke(store, arguments);
                return method.getName().equals(name) ? result.apply(present) : present;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
