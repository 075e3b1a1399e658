package dev.posthorn.internal.copy;

/**
 * Reads of all rows of a store, one after another, so that memory does not depend on their number.
 */
public interface StoreExport extends AutoCloseable {
  /** The number of partitions for which rows are read. */
  int PARTITIONS = 256;

  /** Receives rows. */
  @FunctionalInterface
  interface Sink<R> {
    /** Takes a row. */
    void accept(Exported<R> row);
  }

  /**
   * Reads rows of a kind.
   *
   * @param after the position of the last row that is known already
   * @throws dev.posthorn.spi.store.StoreException if they cannot be read
   */
  <R> void each(RowKind<R> kind, Position after, Sink<R> sink);

  /** Ends the reads. */
  @Override
  void close();
}
