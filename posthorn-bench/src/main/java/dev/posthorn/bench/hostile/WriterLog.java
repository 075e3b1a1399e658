package dev.posthorn.bench.hostile;

/**
 * The last things that the writer did, with their times: what a message waited for. Owned by the
 * writer.
 */
final class WriterLog {
  private static final int KEPT = 512;

  /** The kinds of work of the writer in the store. */
  enum Work {
    COMMIT,
    UPKEEP
  }

  private final Work[] works = new Work[KEPT];
  private final long[] begins = new long[KEPT];
  private final long[] ends = new long[KEPT];
  private int count;

  /** Adds work that has ended. */
  void add(Work work, long begin, long end) {
    int at = count++ % KEPT;
    works[at] = work;
    begins[at] = begin;
    ends[at] = end;
  }

  /** Returns how much of a time the writer spent with one kind of work, in nanoseconds. */
  long spent(Work work, long from, long to) {
    long sum = 0;
    for (int i = count - 1; i >= 0 && i >= count - KEPT; i--) {
      int at = i % KEPT;
      if (ends[at] - from <= 0) {
        break;
      }
      if (works[at] == work) {
        sum += Math.max(0, Math.min(to, ends[at]) - Math.max(from, begins[at]));
      }
    }
    return sum;
  }
}
