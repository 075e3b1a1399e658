package dev.posthorn.internal.engine.base;

/**
 * How much may be in memory and under way at the same time. Memory depends on these, not on what
 * waits.
 *
 * @param permits deliveries between the start of their exchange and the commit of their outcome,
 *     never more; also the most that can be repeated after a crash. Shared out evenly to the event
 *     loops, at least one to each
 * @param window the most of the permits that one lane may hold; also never more than about a third
 * @param firstWindow how many a lane may hold before it has had a success
 * @param concurrency exchanges at the same time with one endpoint, unless it says otherwise
 * @param hotRows deliveries that wait in memory
 * @param laneHotRows how many of those may be one lane's
 * @param slowShare the share of the permits that slow, failing and new lanes may take together
 * @param bodyBytes bytes of payloads in memory: half for deliveries that wait, half for those under
 *     way, with what the transport copies of them. Each loop may have one more of each size under
 *     way, or a very large one would wait for ever
 * @param acceptBytes bytes of messages that wait for the commit of their acceptance; each of their
 *     deliveries counts as one KiB
 * @param payloadBytes the largest payload accepted
 */
public record EngineLimits(
    int permits,
    int window,
    int firstWindow,
    int concurrency,
    int hotRows,
    int laneHotRows,
    double slowShare,
    long bodyBytes,
    long acceptBytes,
    int payloadBytes) {

  private static final long MIB = 1024 * 1024;

  /** Returns the bytes of payloads that deliveries under way may have. */
  public long exchangeBytes() {
    return bodyBytes / 2;
  }

  /** Returns the bytes of payloads that may be kept in memory for deliveries that wait. */
  public long waitingBytes() {
    return bodyBytes - exchangeBytes();
  }

  /** Returns these limits with so many permits. */
  public EngineLimits withPermits(int most) {
    return new EngineLimits(
        most,
        window,
        Math.min(firstWindow, most),
        concurrency,
        hotRows,
        laneHotRows,
        slowShare,
        bodyBytes,
        acceptBytes,
        payloadBytes);
  }

  /** Returns limits that suit a heap of so many bytes. */
  public static EngineLimits forHeap(long heapBytes) {
    long bodies = Math.clamp(heapBytes / 8, 8 * MIB, 256 * MIB);
    long accepts = Math.clamp(heapBytes / 16, 4 * MIB, 64 * MIB);
    return new EngineLimits(8192, 1024, 16, 64, 100_000, 10_000, 0.5, bodies, accepts, (int) MIB);
  }
}
