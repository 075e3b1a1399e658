package dev.posthorn.testkit.store;

import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.reads.PartitionReads;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/** The needs of the rules: a store, and ways to open it again. */
interface StoreRules {

  /** Returns the store, open. */
  Store store();

  /** Closes the store and opens it again. */
  Store reopen();

  /** Opens what is left of the store after a kill. */
  Store kill();

  /** Closes the store and opens it with little room, if that is possible. */
  Optional<Store> reopenSmall(long bytes);

  /** Returns the number of messages of a history that is long for the store. */
  int longHistory();

  /** Sets the time that the store is told. */
  void setClock(Instant now);

  /** Returns the time that the store is told. */
  Instant now();

  /** Returns the partition that everything of these rules is in, unless they say otherwise. */
  default int partition() {
    return store().partitionOf(Rows.APPLICATION);
  }

  /** Returns the reads of that partition. */
  default PartitionReads reads() {
    return reads(store());
  }

  /** Returns the reads of that partition, of a store that may be closed. */
  default PartitionReads reads(Store store) {
    return store.in(partition());
  }

  /** Returns the scan of that partition. */
  default Scanned scan() {
    return scan(store());
  }

  /** Returns the scan of that partition, of a store that may be closed. */
  default Scanned scan(Store store) {
    return Scanned.of(store, partition());
  }

  /** Commits what a test adds to a batch. */
  default void commit(Consumer<Changes> fill) {
    Changes changes = new Changes(partition());
    fill.accept(changes);
    store().commit(changes.batch());
  }

  /** Does upkeep until there is no more, and returns how many calls that took. */
  default int upkeep(long keepFrom) {
    int calls = 1;
    while (store().upkeep(keepFrom, now().toEpochMilli())) {
      calls++;
      if (calls > 1_000) {
        throw new AssertionError("upkeep(" + keepFrom + ") finds no end");
      }
    }
    return calls;
  }
}
