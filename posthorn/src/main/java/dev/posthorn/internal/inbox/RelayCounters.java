package dev.posthorn.internal.inbox;

import dev.posthorn.InboxStats;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Figures of a relay. Counting takes no lock. */
final class RelayCounters {
  private final LongAdder relayed = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private volatile long rejected;
  private volatile long oldestMillis;
  private volatile @Nullable String trouble;

  void relayed(int rows) {
    relayed.add(rows);
  }

  void refused() {
    refused.increment();
  }

  void rejected(long rows) {
    rejected = rows;
  }

  void oldest(long millis) {
    oldestMillis = millis;
  }

  void trouble(@Nullable String why) {
    trouble = why;
  }

  InboxStats stats() {
    return new InboxStats(
        relayed.sum(), refused.sum(), rejected, Duration.ofMillis(oldestMillis), trouble);
  }
}
