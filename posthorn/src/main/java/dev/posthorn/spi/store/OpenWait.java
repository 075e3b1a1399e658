package dev.posthorn.spi.store;

import java.time.Duration;

/** Decides how long the opening of a store waits for another process that has it open. */
@FunctionalInterface
public interface OpenWait {

  /**
   * Returns whether to go on waiting. Called several times a second.
   *
   * @param obstacle the reason that the store cannot be opened yet, for people
   * @param waited the time since the first try
   */
  boolean goesOn(String obstacle, Duration waited);

  /** Returns a wait of a limited time. */
  static OpenWait upTo(Duration limit) {
    return (obstacle, waited) -> waited.compareTo(limit) < 0;
  }
}
