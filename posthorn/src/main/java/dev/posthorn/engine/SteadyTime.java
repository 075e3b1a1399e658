package dev.posthorn.engine;

import dev.posthorn.id.Ids;
import dev.posthorn.scheduler.Clock;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Wall time that never goes back and never stands still: monotonic time plus the largest distance
 * to wall time seen so far. Due times are measured in it, so a clock that is set back neither
 * reorders deliveries nor stalls them. It starts no earlier than the last id that was given.
 * Thread-safe.
 */
final class SteadyTime {
  private final Clock clock;
  private final AtomicLong offsetMillis;

  SteadyTime(Clock clock, long idFloor) {
    this.clock = clock;
    this.offsetMillis = new AtomicLong(Ids.timeOf(idFloor) - monotonic());
  }

  /** Returns the time in milliseconds since the epoch. */
  long millis() {
    long monotonic = monotonic();
    long offset = clock.millis() - monotonic;
    long known = offsetMillis.get();
    if (offset > known) {
      known = offsetMillis.accumulateAndGet(offset, Math::max);
    }
    return monotonic + known;
  }

  private long monotonic() {
    return Math.floorDiv(clock.nanoTime(), 1_000_000L);
  }
}
