package dev.posthorn.spi.transport;

/**
 * Limits of one exchange. Times are in milliseconds; each starts with its phase.
 *
 * @param connectMillis resolving and connecting, each
 * @param tlsMillis the TLS handshake
 * @param firstByteMillis from the end of the request to the response's headers
 * @param totalMillis the whole exchange, body included
 * @param excerptBytes the number of bytes kept of a response's body; once more have arrived, the
 *     exchange ends with {@link ErrorClass.BodyTooLarge}, and the connection is closed unless the
 *     body has ended
 */
public record ExchangeLimits(
    int connectMillis, int tlsMillis, int firstByteMillis, int totalMillis, int excerptBytes) {

  /** The default limits: 5 s, 5 s, 15 s, 20 s and 1 KiB. */
  public static final ExchangeLimits DEFAULT =
      new ExchangeLimits(5_000, 5_000, 15_000, 20_000, 1024);

  /**
   * Returns limits for a total timeout: no phase may take longer, and the excerpt stays the same.
   */
  public ExchangeLimits within(int totalMillis) {
    return new ExchangeLimits(
        Math.min(connectMillis, totalMillis),
        Math.min(tlsMillis, totalMillis),
        totalMillis,
        totalMillis,
        excerptBytes);
  }
}
