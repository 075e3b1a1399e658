package dev.posthorn.spi.store;

import dev.posthorn.DeliveryState;
import dev.posthorn.internal.id.Ids;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Where a delivery stands, as its live row and its attempts tell together.
 *
 * @param id the delivery's id
 * @param message the message
 * @param endpoint whom it is for
 * @param state where it stands
 * @param attempts how many attempts were spent
 * @param attempted whether an attempt was made, be it spent or not
 * @param next when the next attempt is due if it waits, else 0
 */
public record DeliveryStatus(
    long id,
    long message,
    long endpoint,
    DeliveryState state,
    int attempts,
    boolean attempted,
    long next) {

  /**
   * Returns where each delivery of a message stands, those to the endpoints it was for first. What
   * has a live row waits, unless it was cancelled; the last attempt tells of the others; with
   * neither it was cancelled.
   *
   * @param cancelled whether a delivery that has a live row was cancelled
   * @throws StoreException if the store cannot be read
   */
  public static List<DeliveryStatus> of(
      Reads store, MessageRow message, Predicate<LiveRow> cancelled) {
    // Live rows are read first: a delivery that ends in between shows its end.
    Map<LiveRow, DeliveryState> live = states(store.live(message.id()), cancelled);
    return of(message, 0, live, store.attempts(message.id()));
  }

  /**
   * Returns where the delivery of a message to one endpoint stands, or null if there never was one.
   * It reads nothing of others.
   *
   * @param cancelled whether a delivery that has a live row was cancelled
   * @throws StoreException if the store cannot be read
   */
  public static @Nullable DeliveryStatus of(
      Reads store, MessageRow message, long endpoint, Predicate<LiveRow> cancelled) {
    Map<LiveRow, DeliveryState> live = states(store.live(message.id(), endpoint), cancelled);
    AttemptRow last = store.lastAttempt(message.id(), endpoint);
    List<DeliveryStatus> found =
        of(message, endpoint, live, last == null ? List.of() : List.of(last));
    return found.isEmpty() ? null : found.getFirst();
  }

  private static Map<LiveRow, DeliveryState> states(
      List<LiveRow> rows, Predicate<LiveRow> cancelled) {
    Map<LiveRow, DeliveryState> states = new LinkedHashMap<>();
    for (LiveRow row : rows) {
      states.put(row, cancelled.test(row) ? DeliveryState.CANCELLED : DeliveryState.WAITING);
    }
    return states;
  }

  /** Puts together what was read, of all endpoints (0) or of one. */
  private static List<DeliveryStatus> of(
      MessageRow message,
      long endpoint,
      Map<LiveRow, DeliveryState> live,
      List<AttemptRow> attempts) {
    Map<Long, DeliveryStatus> found = new LinkedHashMap<>();
    for (int i = 0; i < message.targets().length; i++) {
      if (endpoint == 0 || message.targets()[i] == endpoint) {
        // The engine gives a message's deliveries the ids after its own.
        found.put(message.targets()[i], cancelled(message, i));
      }
    }
    Map<Long, AttemptRow> last = new HashMap<>();
    for (AttemptRow attempt : attempts) {
      last.put(attempt.endpoint(), attempt);
      found.put(attempt.endpoint(), of(attempt));
    }
    live.forEach(
        (row, state) -> {
          AttemptRow newest = last.get(row.endpoint());
          if (!hasEnded(row, newest)) {
            found.put(row.endpoint(), of(row, state, isAttempted(row, newest)));
          }
        });
    return List.copyOf(found.values());
  }

  /**
   * Returns whether the last attempt for an endpoint says that a delivery does not wait any more.
   */
  private static boolean hasEnded(LiveRow row, @Nullable AttemptRow last) {
    if (last == null || last.delivery() != row.id() || last.state() == DeliveryState.WAITING) {
      return false;
    }
    boolean begunAgain = row.kind().isReplay() && row.attempts() == 0;
    return !begunAgain || Ids.timeOf(last.id()) >= row.due();
  }

  /**
   * Returns whether an attempt of a delivery that waits was made: one was spent, or the last one
   * was to be followed by another without being spent.
   */
  private static boolean isAttempted(LiveRow row, @Nullable AttemptRow last) {
    return row.attempts() > 0
        || (last != null && last.delivery() == row.id() && last.state() == DeliveryState.WAITING);
  }

  private static DeliveryStatus cancelled(MessageRow message, int target) {
    return new DeliveryStatus(
        message.id() + 1 + target,
        message.id(),
        message.targets()[target],
        DeliveryState.CANCELLED,
        0,
        false,
        0);
  }

  private static DeliveryStatus of(AttemptRow attempt) {
    return new DeliveryStatus(
        attempt.delivery(),
        attempt.message(),
        attempt.endpoint(),
        attempt.state(),
        attempt.spent(),
        attempt.isExchange() || attempt.spent() > 0,
        attempt.nextDue());
  }

  private static DeliveryStatus of(LiveRow row, DeliveryState state, boolean attempted) {
    return new DeliveryStatus(
        row.id(),
        row.message(),
        row.endpoint(),
        state,
        row.attempts(),
        attempted,
        state == DeliveryState.WAITING ? Math.max(row.due(), row.notBefore()) : 0);
  }
}
