package dev.posthorn.testkit.store;

import dev.posthorn.store.Store;
import java.time.InstantSource;
import java.util.Optional;

/** One store under test, which can be opened again and again; {@link #close} removes it. */
public interface StoreFixture extends AutoCloseable {

  /**
   * Opens the store. It was closed before, or never open.
   *
   * @param clock tells the store when a remembered key has expired
   */
  Store open(InstantSource clock);

  /**
   * Opens what a process would leave behind that was killed now.
   *
   * @param running the store as that process has it open; it is not to be used any more
   * @param clock tells the store when a remembered key has expired
   */
  Store openAfterKill(Store running, InstantSource clock);

  /**
   * Opens the store with room for so many bytes, or returns nothing if that cannot be arranged.
   *
   * @param bytes how much room, roughly
   * @param clock tells the store when a remembered key has expired
   */
  default Optional<Store> openSmall(long bytes, InstantSource clock) {
    return Optional.empty();
  }

  @Override
  void close();
}
