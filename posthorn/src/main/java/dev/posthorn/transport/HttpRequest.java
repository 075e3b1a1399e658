package dev.posthorn.transport;

/**
 * One POST to a receiver.
 *
 * @param target where to: scheme, host, port, path and TLS settings, parsed once per endpoint
 * @param headers names and values in turn ({@code name, value, name, value, …}), already checked;
 *     without Host and Content-Length, which the transport sets
 * @param body the exact bytes to send; shared, never modified
 * @param limits the bounds of this exchange
 */
public record HttpRequest(
    HttpTarget target, String[] headers, byte[] body, ExchangeLimits limits) {}
