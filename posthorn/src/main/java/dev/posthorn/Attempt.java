package dev.posthorn;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP request of a delivery; or the end of a delivery without a request, as by cancellation.
 *
 * @param id its id
 * @param application the id of the application that message and endpoint belong to
 * @param message the message's id
 * @param eventType the message's event type, or null if the message is gone
 * @param endpoint the endpoint's id
 * @param time the time at which it ended
 * @param kind the occasion
 * @param number the number of attempts of the delivery so far
 * @param state the new state of the delivery
 * @param status the HTTP status, or 0 if there was no response
 * @param error the stable name of the error, such as {@code timeout_connect}, or null
 * @param timings the durations of its phases
 * @param excerpt the beginning of the response body, or a description of the error
 * @param next the time of the next attempt, or null
 */
public record Attempt(
    String id,
    String application,
    String message,
    @Nullable String eventType,
    String endpoint,
    Instant time,
    AttemptKind kind,
    int number,
    DeliveryState state,
    int status,
    @Nullable String error,
    Timings timings,
    String excerpt,
    @Nullable Instant next) {
  /** Returns a builder, for tests of code that is given attempts. */
  public static Builder builder(String id) {
    return new Builder(id);
  }

  /** A builder of {@link Attempt}. Not thread-safe. */
  public static final class Builder {
    private final String id;
    private String application = "";
    private String message = "";
    private @Nullable String eventType;
    private String endpoint = "";
    private Instant time = Instant.EPOCH;
    private AttemptKind kind = AttemptKind.SCHEDULED;
    private int number = 1;
    private DeliveryState state = DeliveryState.SUCCEEDED;
    private int status = 200;
    private @Nullable String error;
    private Timings timings = Timings.NONE;
    private String excerpt = "";
    private @Nullable Instant next;

    private Builder(String id) {
      this.id = id;
    }

    /** Sets the id of the application. */
    public Builder application(String applicationId) {
      this.application = applicationId;
      return this;
    }

    /** Sets the id of the message. */
    public Builder message(String messageId) {
      this.message = messageId;
      return this;
    }

    /** Sets the event type of the message. */
    public Builder eventType(@Nullable String type) {
      this.eventType = type;
      return this;
    }

    /** Sets the id of the endpoint. */
    public Builder endpoint(String endpointId) {
      this.endpoint = endpointId;
      return this;
    }

    /** Sets the time it ended. */
    public Builder time(Instant end) {
      this.time = end;
      return this;
    }

    /** Sets the reason it was made. */
    public Builder kind(AttemptKind reason) {
      this.kind = reason;
      return this;
    }

    /** Sets the number of attempts that were spent after it. */
    public Builder number(int spent) {
      this.number = spent;
      return this;
    }

    /** Sets the delivery's state after it. */
    public Builder state(DeliveryState after) {
      this.state = after;
      return this;
    }

    /** Sets the HTTP status; 0 for no response. */
    public Builder status(int code) {
      this.status = code;
      return this;
    }

    /** Sets the stable name of what went wrong. */
    public Builder error(@Nullable String code) {
      this.error = code;
      return this;
    }

    /** Sets the time that its phases took. */
    public Builder timings(Timings phases) {
      this.timings = phases;
      return this;
    }

    /** Sets the beginning of the response's body. */
    public Builder excerpt(String text) {
      this.excerpt = text;
      return this;
    }

    /** Sets the time of the next attempt. */
    public Builder next(@Nullable Instant due) {
      this.next = due;
      return this;
    }

    /** Returns it. */
    public Attempt build() {
      return new Attempt(
          id,
          application,
          message,
          eventType,
          endpoint,
          time,
          kind,
          number,
          state,
          status,
          error,
          timings,
          excerpt,
          next);
    }
  }
}
