package dev.posthorn.spi.transport;

import org.jspecify.annotations.Nullable;

/**
 * An endpoint's own TLS settings. Requests with different ones never share a connection or a
 * session.
 *
 * @param clientCertificate the {@code ClientCertificate} presented to receivers that ask for one,
 *     with its key, as PEM; or null for none
 * @param serverCa the CA certificates trusted for the receiver, as PEM ({@code Certificates}); or
 *     null for those that the transport trusts
 */
public record TlsIdentity(@Nullable String clientCertificate, @Nullable String serverCa) {

  /** Names the settings that are present, so that the key never reaches a log. */
  @Override
  public String toString() {
    return "TlsIdentity["
        + (clientCertificate == null ? "" : "client certificate")
        + (serverCa == null ? "" : " server CA")
        + "]";
  }
}
