package dev.posthorn.internal.sqlite.file;

/**
 * The pools of readers, one per purpose, so that lists never take a connection from the engine.
 *
 * @param engine for the engine's reads: pages, payloads, start-up
 * @param lists for the lists of users
 * @param activity the commits that long lists give way to
 */
public record ReaderPools(ReaderPool engine, ReaderPool lists, Activity activity)
    implements AutoCloseable {

  /**
   * Creates both pools. A list that finds few rows keeps a processor busy, so lists use at most
   * half of the processors, and rest in between ({@link ScanPace}).
   */
  public static ReaderPools of(Connections connections, Errors errors, int readers) {
    int processors = Runtime.getRuntime().availableProcessors();
    Activity activity = new Activity();
    return new ReaderPools(
        new ReaderPool(connections, errors, readers),
        ReaderPool.ofLists(connections, errors, Math.clamp(processors / 2, 1, readers), activity),
        activity);
  }

  /** Interrupts the reads that take too long, because the write-ahead log waits for them. */
  public void interruptLate() {
    engine.interruptLate();
    lists.interruptLate();
  }

  @Override
  public void close() {
    try (ReaderPool last = engine;
        ReaderPool first = lists) {
      // Both are closed, even if closing the other fails.
    }
  }
}
