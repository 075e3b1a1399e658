package dev.posthorn.server.nodes;

import dev.posthorn.internal.runtime.StorePlace;
import dev.posthorn.store.postgresql.PostgresqlNodes;

/** The processes that share the store of this one. Thread-safe. */
public interface Nodes {
  /** Returns the processes that share a store. */
  static Nodes of(StorePlace place) {
    return place instanceof StorePlace.Database database
        ? new DatabaseNodes(database.options())
        : new OneNode();
  }

  /** Returns whether several processes can share the store. */
  boolean areShared();

  /**
   * Returns the processes, and what each of them owns.
   *
   * @throws dev.posthorn.spi.store.StoreException if the store cannot be read
   */
  PostgresqlNodes read();

  /**
   * Asks a process to give its partitions away and take none, or lets it take some again.
   *
   * @param id the number of the process
   * @return whether there is such a process
   * @throws dev.posthorn.spi.store.StoreException if the store cannot be written
   */
  boolean drain(long id, boolean draining);
}
