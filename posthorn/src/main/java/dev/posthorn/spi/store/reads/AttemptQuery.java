package dev.posthorn.spi.store.reads;

/**
 * Query for attempts of one endpoint, of one message, or of one message for one endpoint.
 *
 * @param endpoint the endpoint, or 0 for all endpoints of the message
 * @param message the message, or 0 for all messages of the endpoint
 * @param page the requested page, of 1 to 1,000 rows
 * @param filter further conditions
 */
public record AttemptQuery(long endpoint, long message, PageRequest page, AttemptFilter filter) {

  /**
   * Checks that an endpoint or a message is given.
   *
   * @throws IllegalArgumentException if both the endpoint and the message are 0
   */
  public AttemptQuery {
    if (endpoint == 0 && message == 0) {
      throw new IllegalArgumentException("endpoint and message are both 0; set one of them");
    }
  }
}
