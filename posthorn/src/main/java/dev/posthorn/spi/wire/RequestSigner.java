package dev.posthorn.spi.wire;

/**
 * Makes the headers of one endpoint's requests. A costly one is used by several threads at once.
 */
public interface RequestSigner {

  /**
   * Returns the headers of a request, names and values in turn.
   *
   * @param id the message's public id, the same at every attempt
   * @param type the event type
   * @param contentType the payload's media type
   * @param millis the wall time of the attempt
   * @param body the exact payload
   */
  String[] headers(String id, String type, String contentType, long millis, byte[] body);

  /**
   * Returns whether {@link #headers} takes long enough to be kept off an event loop.
   *
   * @param bytes how many bytes the payload has
   */
  default boolean isBlocking(int bytes) {
    return false;
  }
}
