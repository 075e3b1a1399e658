package dev.posthorn.spi.store;

/**
 * Opener of the stores of another module. The {@link java.util.ServiceLoader} finds it.
 *
 * @param <O> the type of the options that say where and how to open a store
 */
public interface StoreProvider<O> {

  /** Returns the type of the options. */
  Class<O> optionsType();

  /**
   * Opens a store, which may wait until another process has closed it.
   *
   * @param wait decides how long
   * @throws StoreException if it cannot be opened; the message names the remedy
   */
  Store open(O options, OpenWait wait);
}
