package dev.posthorn.spi.transport;

import dev.posthorn.Timings;
import org.jspecify.annotations.Nullable;

/** Result of one exchange: a response, or a failure before there was one. */
public sealed interface ExchangeResult {

  /** Returns the duration of each phase. */
  Timings timings();

  /**
   * Returns whether this process was short of a resource, so that the receiver is not to blame: the
   * delivery waits as if the exchange had never begun.
   */
  default boolean isOwnShortage() {
    return this instanceof Failure failure && failure.error() instanceof ErrorClass.OwnShortage;
  }

  /**
   * The receiver answered: its status line and headers arrived whole.
   *
   * @param status the HTTP status, 100 to 999
   * @param retryAfter the value of the Retry-After header as sent, or null
   * @param excerpt the first bytes of the body, at most {@link ExchangeLimits#excerptBytes()};
   *     converted to UTF-8 from the other common charsets
   * @param bodyError the error while reading the body, or null; the status counts nevertheless
   */
  record Response(
      int status,
      @Nullable String retryAfter,
      byte[] excerpt,
      @Nullable ErrorClass bodyError,
      Timings timings)
      implements ExchangeResult {}

  /**
   * No response arrived.
   *
   * @param error the class of the error
   * @param detail a sentence for people, without secrets and without addresses that the policy
   *     hides
   */
  record Failure(ErrorClass error, String detail, Timings timings) implements ExchangeResult {}
}
