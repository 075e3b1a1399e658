package dev.posthorn.internal.engine.journal;

import dev.posthorn.internal.id.IdSequence;
import dev.posthorn.internal.id.Ids;
import dev.posthorn.spi.runtime.Clock;
import dev.posthorn.spi.store.Store;

/**
 * The times of a journal, and the ids that it gives.
 *
 * @param clock the machine's clock, for pauses
 * @param wall the time that deadlines go by
 * @param steady the time that ids and due times are given in
 * @param retention the time that retention goes by; writer only
 * @param ids the sequence of ids; writer only
 */
record JournalTime(
    Clock clock, WallTime wall, SteadyTime steady, RetentionTime retention, IdSequence ids) {
  private static final long REMEMBERED_MILLIS = 300_000;

  /** Creates the times of a journal that goes on after the last id of a store. */
  static JournalTime of(Clock clock, WallTime wall, Store store) {
    long floor = store.idFloor();
    return new JournalTime(
        clock.machine(),
        wall,
        new SteadyTime(clock, wall, floor),
        new RetentionTime(clock, wall, store.setting(RetentionTime.SETTING)),
        new IdSequence(floor));
  }

  /**
   * Gives only ids and times from now on that are not before an id that another process has used.
   * Writer only.
   */
  void continueAfter(long id) {
    ids.continueAfter(id);
    steady.continueAfter(Ids.timeOf(id));
  }

  /** Returns whether the store remembers a time that is too long ago. Writer only. */
  boolean isNews() {
    return steady.millis() - Ids.timeOf(ids.last()) > REMEMBERED_MILLIS || retention.isNews();
  }
}
