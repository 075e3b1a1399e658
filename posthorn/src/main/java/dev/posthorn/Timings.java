package dev.posthorn;

/**
 * Durations of the phases of one request, in microseconds. A phase that did not happen, as with a
 * reused connection, is 0.
 *
 * @param dns name resolution
 * @param connect the TCP connection
 * @param tls the TLS handshake
 * @param firstByte from the first byte of the request to the headers of the response
 * @param total the whole request
 */
public record Timings(int dns, int connect, int tls, int firstByte, int total) {

  /** No time at all, for attempts that never reached the network. */
  public static final Timings NONE = new Timings(0, 0, 0, 0, 0);
}
