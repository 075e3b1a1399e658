package dev.posthorn.spi.store.rows;

import dev.posthorn.AttemptKind;
import dev.posthorn.DeliveryState;
import dev.posthorn.Timings;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A stored HTTP exchange of a delivery; or, with {@link AttemptKind#NONE}, the end of a delivery
 * without one. Create rows with the builder: no other code may pass the components by position.
 *
 * @param id its id, which contains the time of its end
 * @param message the message
 * @param delivery the delivery
 * @param endpoint the endpoint
 * @param kind the reason for the attempt
 * @param state the delivery's state after it
 * @param spent the number of attempts that the delivery has spent after this one
 * @param status the HTTP status, or 0 if there was no response
 * @param error the stable name of the error, or null; an {@code ErrorClass} code, or for {@link
 *     AttemptKind#NONE} the reason of the end
 * @param timings the duration of its phases
 * @param excerpt the first bytes of the response's body; empty if there is none, {@link #EXPUNGED}
 *     if it was removed
 * @param nextDue the time of the next attempt if the state is waiting, else 0
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

  /** The text that replaces a removed excerpt. */
  public static final String EXPUNGED = "EXPUNGED";

  private static final byte[] NO_EXCERPT = {};

  /** Returns a builder for a scheduled attempt that got no response and will be retried. */
  public static Builder of(long id, long message, long delivery, long endpoint) {
    return new Builder(id, message, delivery, endpoint);
  }

  /** Returns a builder for the next attempt of a delivery, of the kind that the delivery says. */
  public static Builder of(long id, LiveRow delivery) {
    return new Builder(id, delivery.message(), delivery.id(), delivery.endpoint())
        .kind(delivery.kind())
        .spent(delivery.attempts());
  }

  /** Returns this attempt with its excerpt removed. */
  public AttemptRow expunge() {
    byte[] removed = EXPUNGED.getBytes(StandardCharsets.US_ASCII);
    return of(id, message, delivery, endpoint)
        .kind(kind)
        .state(state)
        .spent(spent)
        .status(status)
        .error(error)
        .timings(timings)
        .excerpt(removed)
        .nextDue(nextDue)
        .build();
  }

  /** Returns whether this is an exchange, not the end of a delivery without one. */
  public boolean isExchange() {
    return kind != AttemptKind.NONE;
  }

  /** Returns whether the receiver answered 2xx. */
  public boolean isSuccess() {
    return status / 100 == 2;
  }

  /** Builder of rows. */
  public static final class Builder {
    private final long id;
    private final long message;
    private final long delivery;
    private final long endpoint;
    private AttemptKind kind = AttemptKind.SCHEDULED;
    private DeliveryState state = DeliveryState.WAITING;
    private int spent;
    private int status;
    private @Nullable String error;
    private Timings timings = Timings.NONE;
    private byte[] excerpt = NO_EXCERPT;
    private long nextDue;

    private Builder(long id, long message, long delivery, long endpoint) {
      this.id = id;
      this.message = message;
      this.delivery = delivery;
      this.endpoint = endpoint;
    }

    /** Sets the reason for the attempt. */
    public Builder kind(AttemptKind reason) {
      this.kind = reason;
      return this;
    }

    /** Sets the delivery's state after it. */
    public Builder state(DeliveryState after) {
      this.state = after;
      return this;
    }

    /** Sets the number of attempts that the delivery has spent after this one. */
    public Builder spent(int attempts) {
      this.spent = attempts;
      return this;
    }

    /** Sets the HTTP status; 0 for no response. */
    public Builder status(int code) {
      this.status = code;
      return this;
    }

    /** Sets the stable name of the error, or null. */
    public Builder error(@Nullable String code) {
      this.error = code;
      return this;
    }

    /** Sets the duration of its phases. */
    public Builder timings(Timings phases) {
      this.timings = phases;
      return this;
    }

    /** Sets the first bytes of the response's body. */
    public Builder excerpt(byte[] start) {
      this.excerpt = start;
      return this;
    }

    /** Sets the time of the next attempt; 0 for none. */
    public Builder nextDue(long due) {
      this.nextDue = due;
      return this;
    }

    /** Returns the row. */
    public AttemptRow build() {
      return new AttemptRow(
          id, message, delivery, endpoint, kind, state, spent, status, error, timings, excerpt,
          nextDue);
    }
  }
}
