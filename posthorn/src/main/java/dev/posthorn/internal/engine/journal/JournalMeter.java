package dev.posthorn.internal.engine.journal;

import dev.posthorn.internal.engine.base.LatencyHistogram;
import java.util.concurrent.atomic.LongAdder;

/** What the journal did, for metrics. */
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

  /** Returns how many commits there were. */
  public long commits() {
    return commits.sum();
  }

  /** Returns how many entries they made durable. */
  public long entries() {
    return entries.sum();
  }

  /** Returns how long commits took. */
  public LatencyHistogram commitTime() {
    return commitTime;
  }
}
