package dev.posthorn.internal.http.tls;

import dev.posthorn.spi.transport.TlsIdentity;
import org.jspecify.annotations.Nullable;

/**
 * The receiver that a TLS connection is for.
 *
 * @param host the name that the certificate must be for, or a literal address
 * @param port the port, a part of the session's key
 * @param isLiteral whether the host is an address, which is never sent as SNI
 * @param identity the endpoint's own certificate and authorities, or null for the shared ones
 */
public record TlsPeer(String host, int port, boolean isLiteral, @Nullable TlsIdentity identity) {}
