package dev.posthorn.internal.engine.journal;

import dev.posthorn.internal.id.Ids;
import dev.posthorn.spi.runtime.Clock;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Wall time that never goes back: for ids, for the order of deliveries and for the waits between
 * attempts, which a clock that is set back must neither reorder nor stretch. From then on it is
 * ahead of {@link WallTime}, also after a restart, since it begins no earlier than the last id that
 * was given. It keeps up with the ids of other processes, too, so that what waits for an owner is
 * not overtaken by what the next owner accepts, whose clock is behind. So times that users give are
 * never compared with it. Thread-safe.
 */
public final class SteadyTime {
  private final Clock clock;
  private final WallTime wall;
  private final AtomicLong offsetMillis;

  SteadyTime(Clock clock, WallTime wall, long idFloor) {
    this.clock = clock;
    this.wall = wall;
    this.offsetMillis = new AtomicLong(Ids.timeOf(idFloor) - monotonic());
  }

  /** Returns the time in milliseconds since the epoch. */
  public long millis() {
    long offset = wall.offset();
    long known = offsetMillis.get();
    if (offset > known) {
      known = offsetMillis.accumulateAndGet(offset, Math::max);
    }
    return monotonic() + known;
  }

  /** Goes on from a time, if that is later: another process is ahead. */
  void continueAfter(long millis) {
    offsetMillis.accumulateAndGet(millis - monotonic(), Math::max);
  }

  private long monotonic() {
    return Math.floorDiv(clock.nanoTime(), 1_000_000L);
  }
}
