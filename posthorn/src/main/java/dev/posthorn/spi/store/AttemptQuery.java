package dev.posthorn.spi.store;

/**
 * A list of attempts of one endpoint, of one message, or of one message for one endpoint.
 *
 * @param endpoint the endpoint, or 0 for all that the message was for
 * @param message the message, or 0 for all of the endpoint
 * @param page the part of the list, of 1 to 1,000 rows
 * @param filter the condition that every row meets
 */
public record AttemptQuery(long endpoint, long message, PageRequest page, AttemptFilter filter) {

  /**
   * Checks that it is asked for something.
   *
   * @throws IllegalArgumentException if both the endpoint and the message are 0
   */
  public AttemptQuery {
    if (endpoint == 0 && message == 0) {
      throw new IllegalArgumentException("endpoint and message are both 0; give one of them");
    }
  }
}
