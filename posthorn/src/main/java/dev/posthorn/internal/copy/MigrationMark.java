package dev.posthorn.internal.copy;

import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.StoreException.Reason;
import dev.posthorn.spi.store.reads.Reads;
import dev.posthorn.spi.store.rows.SettingChange;
import org.jspecify.annotations.Nullable;

/**
 * A setting of two stores between which everything is moved: no engine starts on the one, because
 * its deliveries belong to the other now, nor on the other before all is there.
 *
 * @param id the random id of the migration, the same in both
 * @param complete whether everything was moved
 * @param other the other store, for people
 */
public record MigrationMark(String id, boolean complete, String other) {
  /** The setting of the store that everything is moved from. */
  public static final String OF_SOURCE = "migration_target";

  /** The setting of the store that everything is moved to. */
  public static final String OF_TARGET = "migration_source";

  /** The setting of that store that says how far the migration has come. */
  public static final String PROGRESS = "migration_progress";

  private static final String COMPLETE = "complete";
  private static final String INCOMPLETE = "incomplete";
  private static final int PARTS = 3;

  /** Returns the mark that a store has as a setting, or null. */
  public static @Nullable MigrationMark in(Reads store, String setting) {
    String text = store.setting(setting);
    if (text == null) {
      return null;
    }
    String[] parts = text.split(" ", PARTS);
    return new MigrationMark(parts[0], parts[1].equals(COMPLETE), parts[2]);
  }

  /** Returns this mark for a migration that is complete. */
  public MigrationMark completed() {
    return new MigrationMark(id, true, other);
  }

  /** Returns the change that sets this mark as a setting. */
  public SettingChange as(String setting) {
    return new SettingChange.PutSetting(
        setting, id + " " + (complete ? COMPLETE : INCOMPLETE) + " " + other);
  }

  /** Returns whether a setting belongs to a migration, and not to the data of a store. */
  public static boolean isMark(SettingRow row) {
    return row.name().equals(OF_SOURCE)
        || row.name().equals(OF_TARGET)
        || row.name().equals(PROGRESS);
  }

  /**
   * Returns a store that a migration does not keep from being used.
   *
   * @throws StoreException with LOCKED if one does; the store is closed then
   */
  public static Store requireNone(Store store) {
    String problem;
    try {
      problem = problem(store);
    } catch (RuntimeException | Error e) {
      store.close();
      throw e;
    }
    if (problem != null) {
      store.close();
      throw new StoreException(Reason.LOCKED, problem, null);
    }
    return store;
  }

  private static @Nullable String problem(Store store) {
    MigrationMark source = in(store, OF_SOURCE);
    if (source != null) {
      return "What is in this database "
          + (source.complete ? "was moved to " : "is being moved to ")
          + source.other
          + "; use that one, or run posthorn migrate --cancel to go on with this one";
    }
    MigrationMark target = in(store, OF_TARGET);
    if (target != null && !target.complete) {
      return "What is in "
          + target.other
          + " is not completely moved to this database; run posthorn migrate again";
    }
    return null;
  }
}
