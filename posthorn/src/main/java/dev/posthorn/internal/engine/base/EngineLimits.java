package dev.posthorn.internal.engine.base;

/**
 * Limits of memory and of work under way. Memory depends on these, not on the number of waiting
 * deliveries.
 *
 * @param maxInFlight the most deliveries between the start of their exchange and the commit of
 *     their outcome; also the most that can be repeated after a crash. Event loops have equal
 *     shares, at least one each
 * @param window the most permits of one lane; also never more than about a third
 * @param firstWindow the most permits of a lane before its first success
 * @param concurrency the most exchanges at the same time with one endpoint that sets no limit
 * @param hotRows the most deliveries that wait in memory
 * @param laneHotRows the most deliveries of one lane among those
 * @param slowShare the share of the permits that slow, failing and new lanes use together
 * @param bodyBytes bytes of payloads in memory: half for deliveries that wait, half for those under
 *     way, with the transport's copies. Each loop may have one more of each size under way, or a
 *     very large one would wait for ever
 * @param acceptBytes bytes of messages that wait for the commit of their acceptance; each of their
 *     deliveries counts as one KiB
 * @param maxPayloadSize the largest payload accepted
 */
public record EngineLimits(
    int maxInFlight,
    int window,
    int firstWindow,
    int concurrency,
    int hotRows,
    int laneHotRows,
    double slowShare,
    long bodyBytes,
    long acceptBytes,
    int maxPayloadSize) {

  private static final long MIB = 1024 * 1024;

  /** Returns the most bytes of payloads under way. */
  public long exchangeBytes() {
    return bodyBytes / 2;
  }

  /** Returns the most bytes of payloads that wait. */
  public long waitingBytes() {
    return bodyBytes - exchangeBytes();
  }

  /** Returns these limits with another number of permits. */
  public EngineLimits withMaxInFlight(int most) {
    return toBuilder().maxInFlight(most).firstWindow(Math.min(firstWindow, most)).build();
  }

  /** Returns a builder that begins with these limits. */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /** Returns limits for a heap of this size. */
  public static EngineLimits forHeap(long heapBytes) {
    long bodies = Math.clamp(heapBytes / 8, 8 * MIB, 256 * MIB);
    long accepts = Math.clamp(heapBytes / 16, 4 * MIB, 64 * MIB);
    return new EngineLimits(8192, 1024, 16, 64, 100_000, 10_000, 0.5, bodies, accepts, (int) MIB);
  }

  /** A builder of limits. */
  public static final class Builder {
    private int maxInFlight;
    private int window;
    private int firstWindow;
    private int concurrency;
    private int hotRows;
    private int laneHotRows;
    private double slowShare;
    private long bodyBytes;
    private long acceptBytes;
    private int maxPayloadSize;

    private Builder(EngineLimits limits) {
      this.maxInFlight = limits.maxInFlight;
      this.window = limits.window;
      this.firstWindow = limits.firstWindow;
      this.concurrency = limits.concurrency;
      this.hotRows = limits.hotRows;
      this.laneHotRows = limits.laneHotRows;
      this.slowShare = limits.slowShare;
      this.bodyBytes = limits.bodyBytes;
      this.acceptBytes = limits.acceptBytes;
      this.maxPayloadSize = limits.maxPayloadSize;
    }

    /**
     * Sets the most deliveries between the start of their exchange and the commit of their outcome.
     */
    public Builder maxInFlight(int most) {
      this.maxInFlight = most;
      return this;
    }

    /** Sets the most permits that one lane may hold. */
    public Builder window(int most) {
      this.window = most;
      return this;
    }

    /** Sets the most permits that a lane may hold before its first success. */
    public Builder firstWindow(int most) {
      this.firstWindow = most;
      return this;
    }

    /** Sets the most exchanges at the same time with an endpoint that has no limit of its own. */
    public Builder concurrency(int most) {
      this.concurrency = most;
      return this;
    }

    /** Sets the most deliveries that wait in memory. */
    public Builder hotRows(int most) {
      this.hotRows = most;
      return this;
    }

    /** Sets the most deliveries of one lane that wait in memory. */
    public Builder laneHotRows(int most) {
      this.laneHotRows = most;
      return this;
    }

    /** Sets the share of the permits that slow, failing and new lanes may take together. */
    public Builder slowShare(double share) {
      this.slowShare = share;
      return this;
    }

    /** Sets the most bytes of payloads in memory. */
    public Builder bodyBytes(long most) {
      this.bodyBytes = most;
      return this;
    }

    /** Sets the most bytes of messages that wait for the commit of their acceptance. */
    public Builder acceptBytes(long most) {
      this.acceptBytes = most;
      return this;
    }

    /** Sets the size of the largest payload that is accepted. */
    public Builder maxPayloadSize(int most) {
      this.maxPayloadSize = most;
      return this;
    }

    /** Returns the limits. */
    public EngineLimits build() {
      return new EngineLimits(
          maxInFlight,
          window,
          firstWindow,
          concurrency,
          hotRows,
          laneHotRows,
          slowShare,
          bodyBytes,
          acceptBytes,
          maxPayloadSize);
    }
  }
}
