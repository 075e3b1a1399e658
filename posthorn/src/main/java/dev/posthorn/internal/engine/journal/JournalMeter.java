package dev.posthorn.internal.engine.journal;

import dev.posthorn.internal.engine.base.LatencyHistogram;
import java.util.concurrent.atomic.LongAdder;

/** Counters of the journal, for metrics. */
public final class JournalMeter {
  private final LongAdder commits = new LongAdder();
  private final LongAdder entries = new LongAdder();
  private final LatencyHistogram commitTime = new LatencyHistogram();

  JournalMeter() {}

  void committed(int count, long nanos) {
    commits.increment();
    entries.add(count);
    commitTime.record(nanos);
  }

  /** Returns the number of commits. */
  public long commits() {
    return commits.sum();
  }

  /** Returns the number of entries that they made durable. */
  public long entries() {
    return entries.sum();
  }

  /** Returns the durations of commits. */
  public LatencyHistogram commitTime() {
    return commitTime;
  }
}
