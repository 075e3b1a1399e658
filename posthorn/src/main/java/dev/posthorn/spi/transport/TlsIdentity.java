package dev.posthorn.spi.transport;

import org.jspecify.annotations.Nullable;

/**
 * What an endpoint has of its own for TLS. Requests with different ones never share a connection or
 * a session.
 *
 * @param clientCertificate the {@code ClientCertificate} shown to receivers that ask for one, with
 *     its key, as PEM; or null for none
 * @param serverCa the certificates that a receiver's must come from, as PEM ({@code Certificates});
 *     or null for those that the transport trusts
 */
public record TlsIdentity(@Nullable String clientCertificate, @Nullable String serverCa) {

  /** Says what there is; the key is in no log. */
  @Override
  public String toString() {
    return "TlsIdentity["
        + (clientCertificate == null ? "" : "client certificate")
        + (serverCa == null ? "" : " server CA")
        + "]";
  }
}
