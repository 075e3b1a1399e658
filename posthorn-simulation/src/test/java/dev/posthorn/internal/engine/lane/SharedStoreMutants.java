package dev.posthorn.internal.engine.lane;

import dev.posthorn.simulation.Launcher;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.Lease;
import dev.posthorn.spi.store.reads.SettingsLog;
import dev.posthorn.spi.store.rows.SettingChange;
import java.util.List;
import java.util.function.UnaryOperator;

/** Engines that make a mistake with a store that others write to, too. */
public final class SharedStoreMutants {
  private SharedStoreMutants() {}

  /** Sends without asking whether the lease of the store is held. */
  public static Launcher ignoresLease() {
    return MutantLaunchers.answering("lease", lease -> held((Lease) lease));
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
    return MutantLaunchers.committing(
        batch -> {
          batch.settingsVersion = Batch.ANY_VERSION;
          return batch;
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

  /** Reads on although another node may commit smaller ids. */
  public static Launcher readsAhead() {
    return MutantLaunchers.answering("settledId", id -> Long.MAX_VALUE);
  }

  /** Does not know which ids others have used. */
  public static Launcher ignoresIdsOfOthers() {
    return MutantLaunchers.answering("idFloor", id -> 0L);
  }

  private static Launcher follows(UnaryOperator<List<SettingChange.Replicated>> order) {
    return MutantLaunchers.answering("settingsAfter", page -> inOrder((SettingsLog) page, order));
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
}
