package dev.posthorn.spi.store;

import dev.posthorn.DeliveryState;
import dev.posthorn.Timings;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP exchange of a delivery as it is stored; or, with {@link AttemptKind#NONE}, the end of a
 * delivery without one.
 *
 * @param id its id; the time of its end can be read from it
 * @param message the message
 * @param delivery the delivery
 * @param endpoint the endpoint
 * @param kind why it was made
 * @param state the delivery's state after it
 * @param spent how many attempts of the delivery were spent after it
 * @param status the HTTP status, or 0 if there was no response
 * @param error the stable name of what went wrong, or null; an {@code ErrorClass} code, or for
 *     {@link AttemptKind#NONE} the reason of the end
 * @param timings how long its phases took
 * @param excerpt the first bytes of the response's body; empty if none, {@link #EXPUNGED} if they
 *     were removed
 * @param nextDue when the next attempt is due if the state is waiting, else 0
 */
public record AttemptRow(
    long id,
    long message,
    long delivery,
    long endpoint,
    AttemptKind kind,
    DeliveryState state,
    int spent,
    int status,
    @Nullable String error,
    Timings timings,
    byte[] excerpt,
    long nextDue) {

  /** What there is in place of an excerpt that was removed. */
  public static final String EXPUNGED = "EXPUNGED";

  /** Returns whether this is an exchange, not the end of a delivery without one. */
  public boolean isExchange() {
    return kind != AttemptKind.NONE;
  }

  /** Returns whether the receiver answered 2xx. */
  public boolean isSuccess() {
    return status / 100 == 2;
  }
}
