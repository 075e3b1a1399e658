package dev.posthorn.internal.http.tls;

import dev.posthorn.spi.transport.TlsIdentity;
import org.jspecify.annotations.Nullable;

/**
 * The receiver of a TLS connection.
 *
 * @param host the name that the certificate must be for, or an IP address
 * @param port the port, a part of the session's key
 * @param isLiteral whether the host is an IP address, which is never sent as SNI
 * @param identity the endpoint's own TLS settings, or null for the shared ones
 */
public record TlsPeer(String host, int port, boolean isLiteral, @Nullable TlsIdentity identity) {}
