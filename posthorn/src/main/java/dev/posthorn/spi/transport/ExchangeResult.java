package dev.posthorn.spi.transport;

import dev.posthorn.Timings;
import org.jspecify.annotations.Nullable;

/** What came of one exchange: a response, or a failure before there was one. */
public sealed interface ExchangeResult {

  /** Returns how long each phase took. */
  Timings timings();

  /**
   * Returns whether this process was short of something, so that nothing of it is the receiver's:
   * the delivery waits as if the exchange had never begun.
   */
  default boolean isOwnShortage() {
    return this instanceof Failure failure && failure.error() instanceof ErrorClass.OwnShortage;
  }

  /**
   * The receiver answered: its status line and headers arrived whole.
   *
   * @param status the HTTP status, 100 to 999
   * @param retryAfter the value of the Retry-After header as sent, or null
   * @param excerpt the first bytes of the body, at most {@link ExchangeLimits#excerptBytes()}; in
   *     UTF-8 if the response says that it is in another of the usual charsets
   * @param bodyError what went wrong with the body after the headers, or null; the status counts
   *     all the same
   */
  record Response(
      int status,
      @Nullable String retryAfter,
      byte[] excerpt,
      @Nullable ErrorClass bodyError,
      Timings timings)
      implements ExchangeResult {}

  /**
   * There was no response.
   *
   * @param error the class of what went wrong
   * @param detail a sentence for people; no secret, no address that the policy hides
   */
  record Failure(ErrorClass error, String detail, Timings timings) implements ExchangeResult {}
}
