package dev.posthorn.spi.store.reads;

import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.rows.DedupeKey;
import dev.posthorn.spi.store.rows.DedupeRow;
import dev.posthorn.spi.store.rows.EnvironmentRow;
import dev.posthorn.spi.store.rows.EventTypeRow;
import dev.posthorn.spi.store.rows.SettingChange;
import dev.posthorn.spi.store.rows.TaskRow;
import dev.posthorn.spi.store.rows.TokenRow;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All reads of a {@link Store} for one purpose.
 *
 * <p>The methods may be called from any thread, may block, and see every commit that returned
 * before the call. Each may throw {@link StoreException}.
 */
public interface Reads {
  /**
   * Returns the reads of a partition. Costs nothing.
   *
   * @param partition a number from 0 to {@link Store#partitions} - 1
   * @throws IndexOutOfBoundsException if there is no such partition
   */
  PartitionReads in(int partition);

  /**
   * Returns the reads of a set of partitions. Costs nothing.
   *
   * @param partitions numbers from 0 to {@link Store#partitions} - 1
   * @throws IndexOutOfBoundsException if there is no such partition
   */
  PartitionScan across(Set<Integer> partitions);

  /** Returns the rows stored under some keys that have not expired at {@code now}, in any order. */
  List<DedupeRow> dedupe(Collection<DedupeKey> keys, long now);

  // ---- settings ------------------------------------------------------------------------------

  /** Returns environments with an id greater than {@code afterId}, by id. */
  List<EnvironmentRow> environments(long afterId, int limit);

  /** Returns tokens with an id greater than {@code afterId}, by id. */
  List<TokenRow> tokens(long afterId, int limit);

  /** Returns an environment's event types, by name. */
  List<EventTypeRow> eventTypes(long environment);

  /** Returns a setting of the store itself, or null. */
  @Nullable String setting(String name);

  /**
   * Returns the version of the settings: the number of batches with {@link
   * SettingChange.Replicated} changes that were committed. Always 0 in a store that is not shared
   * ({@link Store#isShared}).
   */
  default long settingsVersion() {
    return 0;
  }

  /**
   * Returns the changes of settings after a version, a page at a time. A page without entries means
   * that there are none. The log may end a while ago: see {@link SettingsLog#reaches}.
   *
   * @param limit the most entries of a page; there may be fewer if they are large
   */
  default SettingsLog settingsAfter(long version, int limit) {
    return new SettingsLog(true, List.of());
  }

  // ---- tasks ---------------------------------------------------------------------------------

  /** Returns a task, or null. */
  @Nullable TaskRow task(long id);

  /** Returns tasks of one environment; see {@link TaskQuery}. */
  Page<TaskRow> tasks(TaskQuery query);

  /** Returns all tasks with the status {@link TaskRow#RUNNING}, by id. */
  List<TaskRow> runningTasks();
}
