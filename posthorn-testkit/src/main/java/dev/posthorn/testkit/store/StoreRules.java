package dev.posthorn.testkit.store;

import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.Store;
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

  /** Sets the time that the store is told. */
  void setClock(Instant now);

  /** Returns the time that the store is told. */
  Instant now();

  /** Commits what a test adds to a batch. */
  default void commit(Consumer<Batch> fill) {
    Batch batch = new Batch();
    fill.accept(batch);
    store().commit(batch);
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
