package dev.posthorn.spi.wire;

/**
 * Builds the headers of an endpoint's requests. Several threads use a blocking one at the same
 * time.
 */
public interface RequestSigner {

  /**
   * Returns the headers of a request, names and values alternating.
   *
   * @param id the message's public id, the same for every attempt
   * @param type the event type
   * @param contentType the payload's media type
   * @param millis the wall time of the attempt
   * @param body the exact payload
   */
  String[] headers(String id, String type, String contentType, long millis, byte[] body);

  /**
   * Returns whether {@link #headers} takes too long for an event loop.
   *
   * @param bytes the size of the payload
   */
  default boolean isBlocking(int bytes) {
    return false;
  }
}
