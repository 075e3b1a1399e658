package dev.posthorn;

/**
 * How long the phases of one exchange took, in microseconds; 0 for a phase that did not happen, as
 * with a connection that was reused.
 *
 * @param dns resolving the host
 * @param connect connecting
 * @param tls the TLS handshake
 * @param firstByte from the request's first byte out to the response's headers in
 * @param total the whole exchange
 */
public record Timings(int dns, int connect, int tls, int firstByte, int total) {

  /** No time at all: for what never reached the network. */
  public static final Timings NONE = new Timings(0, 0, 0, 0, 0);
}
