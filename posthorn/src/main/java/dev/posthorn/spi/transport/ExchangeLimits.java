package dev.posthorn.spi.transport;

/**
 * The bounds of one exchange. Times are in milliseconds and each begins when its phase begins.
 *
 * @param connectMillis resolving and connecting, each
 * @param tlsMillis the TLS handshake
 * @param firstByteMillis from the request being written to the response's headers
 * @param totalMillis the whole exchange, body included
 * @param excerptBytes how much of a response's body is kept; once more has come the exchange ends
 *     with {@link ErrorClass.BodyTooLarge}, and the connection is closed unless the body has ended
 */
public record ExchangeLimits(
    int connectMillis, int tlsMillis, int firstByteMillis, int totalMillis, int excerptBytes) {

  /** The limits unless an endpoint has its own: 5 s, 5 s, 15 s, 20 s and 1 KiB. */
  public static final ExchangeLimits DEFAULT =
      new ExchangeLimits(5_000, 5_000, 15_000, 20_000, 1024);

  /** Returns limits for a whole time-out: no phase lasts longer, the excerpt stays. */
  public ExchangeLimits within(int totalMillis) {
    return new ExchangeLimits(
        Math.min(connectMillis, totalMillis),
        Math.min(tlsMillis, totalMillis),
        totalMillis,
        totalMillis,
        excerptBytes);
  }
}
