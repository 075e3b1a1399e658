package dev.posthorn.spi.transport;

import dev.posthorn.spi.runtime.Owner;

/**
 * One POST to a receiver.
 *
 * @param owner the owner of the request: owners take turns when they wait for scarce resources,
 *     such as DNS lookups
 * @param target scheme, host, port, path and TLS settings, parsed once per endpoint
 * @param headers names and values alternating ({@code name, value, name, value, …}), already
 *     checked; without Host and Content-Length, which the transport sets
 * @param body the exact bytes to send; shared, never modified
 * @param limits the limits of this exchange
 */
public record HttpRequest(
    Owner owner, HttpTarget target, String[] headers, byte[] body, ExchangeLimits limits) {

  /** Creates a request without a particular owner. */
  public HttpRequest(HttpTarget target, String[] headers, byte[] body, ExchangeLimits limits) {
    this(Owner.NOBODY, target, headers, body, limits);
  }
}
