package dev.posthorn.spi.transport;

import dev.posthorn.spi.runtime.Owner;

/**
 * One POST to a receiver.
 *
 * @param owner whose it is: owners take turns where they wait for what is scarce, such as look-ups
 * @param target where to: scheme, host, port, path and TLS settings, parsed once per endpoint
 * @param headers names and values in turn ({@code name, value, name, value, …}), already checked;
 *     without Host and Content-Length, which the transport sets
 * @param body the exact bytes to send; shared, never modified
 * @param limits the bounds of this exchange
 */
public record HttpRequest(
    Owner owner, HttpTarget target, String[] headers, byte[] body, ExchangeLimits limits) {

  /** Creates a request of nobody in particular. */
  public HttpRequest(HttpTarget target, String[] headers, byte[] body, ExchangeLimits limits) {
    this(Owner.NOBODY, target, headers, body, limits);
  }
}
