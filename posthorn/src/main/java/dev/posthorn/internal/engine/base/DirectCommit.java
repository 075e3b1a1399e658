package dev.posthorn.internal.engine.base;

import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.StoreException;

/**
 * Commits batches of settings to a store that no engine runs on. Such a batch depends on nothing
 * that this process owns, so it belongs to the epoch in which it is written.
 */
public final class DirectCommit {
  private static final int MOST_TRIES = 5;

  private DirectCommit() {}

  /**
   * Commits a batch that has settings only; once more if this process has lost its partitions to
   * another one in the meantime, which says that nothing was written.
   *
   * @throws StoreException as {@link Store#commit} does
   */
  public static void commit(Store store, Batch batch) {
    for (int tries = 1; ; tries++) {
      batch.epoch = store.lease().epoch();
      try {
        store.commit(batch);
        return;
      } catch (StoreException e) {
        if (e.reason() != StoreException.Reason.LOST || tries == MOST_TRIES) {
          throw e;
        }
      }
    }
  }
}
