package dev.posthorn.internal.engine.lane;

import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.base.EngineRuntime;
import dev.posthorn.internal.engine.base.Tenure;
import dev.posthorn.simulation.Launcher;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.reads.PartitionScan;
import dev.posthorn.spi.store.reads.ScanPage;
import dev.posthorn.spi.store.rows.LiveRow;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** Engines with one mistake each in the change of their partitions, for tests of the simulation. */
public final class RebalanceMutants {
  private RebalanceMutants() {}

  /** The lanes of a revoked partition go on until it is released. */
  public static Launcher keepsLanes() {
    return (config, runtime) ->
        Engine.start(
            config,
            runtime,
            new Parts() {
              @Override
              public Tenure tenure(int partition) {
                return new Tenure(partition) {
                  @Override
                  public void revoke() {
                    // The mistake.
                  }
                };
              }
            });
  }

  /** Partitions are released while exchanges, or the commits of their outcomes, are under way. */
  public static Launcher releasesEarly() {
    return (config, runtime) ->
        Engine.start(
            config,
            runtime,
            new Parts() {
              @Override
              public boolean isSettled(Lane lane) {
                return true;
              }
            });
  }

  /** The rows in hot of a partition that is assigned after the start are not read. */
  public static Launcher forgetsHotRows() {
    return (config, runtime) -> {
      AtomicBoolean started = new AtomicBoolean();
      EngineRuntime forgetful =
          new EngineRuntime(
              runtime.clock(),
              runtime.scheduler(),
              (Store) withoutHot(runtime.store(), Store.class, started),
              runtime.transport());
      Engine engine = Engine.start(config, forgetful);
      started.set(true);
      return engine;
    };
  }

  private static Object withoutHot(Object store, Class<?> type, AtomicBoolean started) {
    return Proxy.newProxyInstance(
        Store.class.getClassLoader(),
        new Class<?>[] {type},
        (proxy, method, arguments) -> {
          if (method.getName().equals("hot") && started.get()) {
            return new ScanPage<LiveRow>(List.of(), null);
          }
          try {
            Object result = method.invoke(store, arguments);
            return result instanceof PartitionScan
                ? withoutHot(result, PartitionScan.class, started)
                : result;
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        });
  }
}
