package dev.posthorn.testkit.store;

import dev.posthorn.spi.store.Store;
import java.util.Optional;

/** One store under test, which can be opened again and again; {@link #close} removes it. */
public interface StoreFixture extends AutoCloseable {

  /** Opens the store. It was closed before, or never open. */
  Store open();

  /**
   * Opens what a process would leave behind that was killed now.
   *
   * @param running the store as that process has it open; it is not to be used any more
   */
  Store openAfterKill(Store running);

  /**
   * Opens the store with room for so many bytes, or returns nothing if that cannot be arranged.
   *
   * @param bytes how much room, roughly
   */
  default Optional<Store> openSmall(long bytes) {
    return Optional.empty();
  }

  /**
   * Returns the number of messages of a history that is long for this store, 4,000 or more: longer
   * than what it keeps, or counts, before it indexes it.
   */
  default int longHistory() {
    return 100_000;
  }

  @Override
  void close();
}
