package dev.posthorn.spi.store;

import java.util.Set;

/**
 * Receives the changes of the partitions that this process owns; see {@link Store#subscribe}. The
 * store calls one method at a time, on any thread. None of them waits or throws.
 */
public interface RebalanceListener {
  /**
   * This process owns more partitions from now on. No other process works on them. A partition that
   * this process has released is not assigned again before the commit that released it returns.
   */
  void assigned(Set<Integer> partitions);

  /**
   * This process is to release partitions that it owns. It still owns each of them until a batch
   * that releases it ({@link Batch#releases}) is committed, which happens within seconds.
   */
  void revoked(Set<Integer> partitions);

  /**
   * Another process has taken over: this one owns none of its partitions any more. After this call
   * the store changes its epoch ({@link Lease#epoch}), and refuses every batch that was begun
   * before, as {@link StoreException.Reason#LOST}.
   *
   * @param partitions all that this process owned
   */
  void lost(Set<Integer> partitions);
}
