package dev.posthorn.store;

import dev.posthorn.id.Ids;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where a delivery stands, as its live row and its attempts tell together.
 *
 * @param id the delivery's id
 * @param message the message
 * @param endpoint whom it is for
 * @param state where it stands
 * @param attempts how many attempts were spent
 * @param next when the next attempt is due if it waits, else 0
 */
public record DeliveryStatus(
    long id, long message, long endpoint, DeliveryState state, int attempts, long next) {

  /**
   * Returns where each delivery of a message stands, those to the endpoints it was for first. What
   * has a live row waits; the last attempt tells of the others; with neither it was cancelled.
   *
   * @throws StoreException if the store cannot be read
   */
  public static List<DeliveryStatus> of(Reads store, MessageRow message) {
    Map<Long, DeliveryStatus> found = new LinkedHashMap<>();
    for (int i = 0; i < message.targets().length; i++) {
      // The engine gives a message's deliveries the ids after its own.
      found.put(message.targets()[i], cancelled(message, i));
    }
    // Live rows are read first: a delivery that ends in between shows its end.
    List<LiveRow> live = store.live(message.id());
    Map<Long, Long> ended = new HashMap<>();
    for (AttemptRow attempt : store.attempts(message.id())) {
      found.put(attempt.endpoint(), of(attempt));
      if (attempt.state() != DeliveryState.WAITING) {
        ended.merge(attempt.endpoint(), Ids.timeOf(attempt.id()), Math::max);
      }
    }
    for (LiveRow waiting : live) {
      if (ended.getOrDefault(waiting.endpoint(), Long.MIN_VALUE) < waiting.due()) {
        found.put(waiting.endpoint(), of(waiting));
      }
    }
    return List.copyOf(found.values());
  }

  private static DeliveryStatus cancelled(MessageRow message, int target) {
    return new DeliveryStatus(
        message.id() + 1 + target,
        message.id(),
        message.targets()[target],
        DeliveryState.CANCELLED,
        0,
        0);
  }

  private static DeliveryStatus of(AttemptRow attempt) {
    return new DeliveryStatus(
        attempt.delivery(),
        attempt.message(),
        attempt.endpoint(),
        attempt.state(),
        attempt.spent(),
        attempt.nextDue());
  }

  private static DeliveryStatus of(LiveRow row) {
    return new DeliveryStatus(
        row.id(),
        row.message(),
        row.endpoint(),
        DeliveryState.WAITING,
        row.attempts(),
        Math.max(row.due(), row.notBefore()));
  }
}
