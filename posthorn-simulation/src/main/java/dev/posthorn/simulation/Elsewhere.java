package dev.posthorn.simulation;

import dev.posthorn.spi.store.rows.AttemptRow;
import java.util.HashSet;
import java.util.Set;

/** Takes note of what another node has done, so that nobody expects it of the engine. */
final class Elsewhere {
  private final CounterBalance balance;
  private final SimListeners listeners;
  private final Set<Long> messages = new HashSet<>();

  Elsewhere(CounterBalance balance, SimListeners listeners) {
    this.balance = balance;
    this.listeners = listeners;
  }

  /** A message was accepted that has so many deliveries. */
  void accepted(long message, int deliveries) {
    balance.elsewhere(deliveries);
    messages.add(message);
  }

  /** Returns whether a message was accepted there. */
  boolean hasAccepted(long message) {
    return messages.contains(message);
  }

  /** A delivery has ended. */
  void delivered(AttemptRow attempt) {
    balance.elsewhere(-1);
    listeners.elsewhere(attempt);
  }
}
