package dev.posthorn.internal.sqlite.file;

/**
 * The pools of readers, one for each purpose, so that lists never take a connection from the
 * engine.
 *
 * @param engine for what the engine reads: pages, payloads, the start
 * @param lists for what users list
 */
public record ReaderPools(ReaderPool engine, ReaderPool lists) implements AutoCloseable {

  /** Makes both. A list that finds little keeps a processor busy: half of them are for the rest. */
  public static ReaderPools of(Connections connections, Errors errors, int readers) {
    int processors = Runtime.getRuntime().availableProcessors();
    return new ReaderPools(
        new ReaderPool(connections, errors, readers),
        new ReaderPool(connections, errors, Math.clamp(processors / 2, 1, readers)));
  }

  /** Ends the reads that take too long; the write-ahead log waits for them. */
  public void interruptLate() {
    engine.interruptLate();
    lists.interruptLate();
  }

  @Override
  public void close() {
    try (ReaderPool last = engine;
        ReaderPool first = lists) {
      // Both are closed, whatever happens to the other.
    }
  }
}
