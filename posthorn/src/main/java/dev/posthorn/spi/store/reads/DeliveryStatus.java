package dev.posthorn.spi.store.reads;

import dev.posthorn.DeliveryState;
import dev.posthorn.internal.id.Ids;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.MessageRow;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The state of a delivery, derived from its live row and its attempts.
 *
 * @param id the delivery's id
 * @param message the message
 * @param endpoint the endpoint that it is for
 * @param state its state
 * @param attempts the number of attempts spent
 * @param attempted whether an attempt was made, spent or not
 * @param next the time of the next attempt if it waits, else 0
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
   * Returns the state of each delivery of a message, those to its original endpoints first. A
   * delivery with a live row waits, unless it was canceled; otherwise its last attempt tells the
   * state; with neither it was canceled.
   *
   * @param cancelled whether a delivery that has a live row was canceled
   * @throws StoreException if the store cannot be read
   */
  public static List<DeliveryStatus> of(
      PartitionReads store, MessageRow message, Predicate<LiveRow> cancelled) {
    // Live rows are read first: if a delivery ends in between, its attempt shows the end.
    Map<LiveRow, DeliveryState> live = states(store.live(message.id()), cancelled);
    return of(message, 0, live, store.attempts(message.id()));
  }

  /**
   * Returns the state of the delivery of a message to one endpoint, or null if there never was one.
   * Reads no rows of other endpoints.
   *
   * @param cancelled whether a delivery that has a live row was canceled
   * @throws StoreException if the store cannot be read
   */
  public static @Nullable DeliveryStatus of(
      PartitionReads store, MessageRow message, long endpoint, Predicate<LiveRow> cancelled) {
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

  /** Combines live rows and attempts, of all endpoints (0) or of one. */
  private static List<DeliveryStatus> of(
      MessageRow message,
      long endpoint,
      Map<LiveRow, DeliveryState> live,
      List<AttemptRow> attempts) {
    Map<Long, DeliveryStatus> found = new LinkedHashMap<>();
    for (int i = 0; i < message.targets().length; i++) {
      if (endpoint == 0 || message.targets()[i] == endpoint) {
        // The engine assigns a message's deliveries the ids after its own.
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

  /** Returns whether the last attempt for an endpoint shows that a delivery no longer waits. */
  private static boolean hasEnded(LiveRow row, @Nullable AttemptRow last) {
    if (last == null || last.delivery() != row.id() || last.state() == DeliveryState.WAITING) {
      return false;
    }
    boolean begunAgain = row.kind().isReplay() && row.attempts() == 0;
    return !begunAgain || Ids.timeOf(last.id()) >= row.due();
  }

  /**
   * Returns whether a waiting delivery was attempted: an attempt was spent, or the last attempt was
   * not spent and will be followed by another.
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
