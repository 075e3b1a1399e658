package dev.posthorn.internal.engine;

import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.Lease;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.rows.SettingChange.PutSetting;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A store that only takes settings, and fails as a test says. */
public final class ScriptedStore {
  public static final long FLOOR = 77L << 22;

  /** The names of the settings of each batch that was handed in. */
  public final List<List<String>> commits = new ArrayList<>();

  /** The batches that were handed in. */
  public final List<Batch> batches = new ArrayList<>();

  /** Failures of the next commits; null for one that succeeds. */
  private final ArrayDeque<Fate> script = new ArrayDeque<>();

  /** Tells whether there is more upkeep to do. */
  public BooleanSupplier upkeep = () -> false;

  public int upkeeps;

  /** From how many settings in a batch on there is no space for it. */
  public int fullFrom = Integer.MAX_VALUE;

  private record Fate(@Nullable Throwable failure) {}

  public void next(StoreException.@Nullable Reason... reasons) {
    for (StoreException.Reason reason : reasons) {
      script.add(new Fate(reason == null ? null : failure(reason)));
    }
  }

  /** From now on commits succeed. */
  public void clearScript() {
    script.clear();
  }

  /** Makes the next commit throw something that no store should throw. */
  public void nextThrows(Throwable unforeseen) {
    script.add(new Fate(unforeseen));
  }

  public Store store() {
    return (Store)
        Proxy.newProxyInstance(
            Store.class.getClassLoader(),
            new Class<?>[] {Store.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "commit" -> {
                    commit((Batch) arguments[0]);
                    yield null;
                  }
                  case "upkeep" -> {
                    upkeeps++;
                    yield upkeep.getAsBoolean();
                  }
                  case "idFloor" -> FLOOR;
                  case "forWriter" -> proxy;
                  case "isShared" -> false;
                  case "setting" -> null;
                  case "lease" -> Lease.UNLIMITED;
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  private void commit(Batch batch) throws Throwable {
    List<String> names =
        batch.settings.stream().map(change -> ((PutSetting) change).name()).toList();
    batches.add(batch);
    commits.add(names);
    Fate fate = script.poll();
    if (fate != null && fate.failure != null) {
      throw fate.failure;
    }
    if (names.size() >= fullFrom) {
      throw failure(StoreException.Reason.FULL);
    }
    if (names.stream().anyMatch(name -> name.startsWith("bad"))) {
      throw failure(StoreException.Reason.REJECTED);
    }
  }

  public static StoreException failure(StoreException.Reason reason) {
    return new StoreException(reason, "scripted", null);
  }
}
