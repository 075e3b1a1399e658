package dev.posthorn.internal.api;

import dev.posthorn.NewEndpoint;
import dev.posthorn.internal.crypto.ClientCertificate;
import dev.posthorn.internal.engine.registry.EndpointDraft;
import dev.posthorn.spi.store.rows.EndpointState;
import dev.posthorn.spi.transport.TlsIdentity;
import dev.posthorn.spi.wire.Header;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Maps new endpoints to the drafts of the engine. */
final class EndpointMapping {
  private EndpointMapping() {}

  static EndpointDraft draft(NewEndpoint endpoint) {
    return new EndpointDraft(
        endpoint.settings().spec(),
        EndpointState.ENABLED,
        endpoint.secret(),
        headers(endpoint.headers()));
  }

  static List<Header> headers(Map<String, String> headers) {
    return headers.entrySet().stream()
        .map(header -> new Header(header.getKey(), header.getValue()))
        .toList();
  }

  /** Returns the client certificate and CAs of an endpoint; throws INVALID if they have expired. */
  static TlsIdentity identity(NewEndpoint endpoint, long now) {
    return new TlsIdentity(
        clientCertificate(endpoint.clientCertificate(), endpoint.clientKey(), now),
        endpoint.serverCa());
  }

  private static @Nullable String clientCertificate(
      @Nullable String certificatePem, @Nullable String keyPem, long now) {
    if (certificatePem == null || keyPem == null) {
      return null;
    }
    ClientCertificate certificate = Checks.clientCertificate(certificatePem, keyPem);
    return Checks.usable(certificate, now);
  }
}
