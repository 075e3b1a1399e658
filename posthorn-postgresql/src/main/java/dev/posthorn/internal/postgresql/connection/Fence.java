package dev.posthorn.internal.postgresql.connection;

import dev.posthorn.spi.store.StoreException;

/** The right of this process to write. */
public interface Fence {

  /**
   * Returns the query that each writing transaction begins with: one row as long as this process
   * may write, which nobody can take away until the transaction has ended.
   */
  String sql();

  /** The query had no row: another process has taken over. Returns the exception that says so. */
  StoreException lost();
}
