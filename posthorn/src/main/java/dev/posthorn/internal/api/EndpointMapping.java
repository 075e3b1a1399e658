package dev.posthorn.internal.api;

import dev.posthorn.EndpointUpdate;
import dev.posthorn.NewEndpoint;
import dev.posthorn.RetrySchedule;
import dev.posthorn.internal.crypto.ClientCertificate;
import dev.posthorn.internal.engine.registry.EndpointDraft;
import dev.posthorn.spi.store.EndpointPolicy;
import dev.posthorn.spi.store.EndpointSpec;
import dev.posthorn.spi.store.EndpointState;
import dev.posthorn.spi.transport.TlsIdentity;
import dev.posthorn.spi.wire.Header;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Maps new endpoints and changes of endpoints to the specs of the engine. */
final class EndpointMapping {
  private EndpointMapping() {}

  static EndpointDraft draft(NewEndpoint endpoint) {
    EndpointSpec spec =
        EndpointSpec.to(endpoint.url())
            .uid(endpoint.uid())
            .description(endpoint.description())
            .eventTypes(endpoint.events())
            .channels(endpoint.channels())
            .metadata(endpoint.metadata())
            .policy(policy(endpoint))
            .build();
    return new EndpointDraft(
        spec, EndpointState.ENABLED, endpoint.secret(), headers(endpoint.headers()));
  }

  private static EndpointPolicy policy(NewEndpoint endpoint) {
    Duration timeout = endpoint.timeout();
    RetrySchedule schedule = endpoint.retrySchedule();
    return EndpointPolicy.builder()
        .ordered(endpoint.ordered())
        .rateLimit(endpoint.rateLimit())
        .concurrency(endpoint.concurrency())
        .timeoutMillis(timeout == null ? 0 : (int) timeout.toMillis())
        .retryWaits(schedule == null ? null : Waits.millis(schedule))
        .wireFormat(OptionMapping.formatName(endpoint.wireFormat()))
        .build();
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

  /** Returns a spec with everything that a change sets. */
  static EndpointSpec apply(EndpointUpdate update, EndpointSpec spec) {
    return EndpointSpec.to(or(update.url(), spec.url()))
        .uid(update.uid() == null ? spec.uid() : update.uid())
        .description(or(update.description(), spec.description()))
        .eventTypes(or(update.events(), spec.eventTypes()))
        .channels(or(update.channels(), spec.channels()))
        .metadata(or(update.metadata(), spec.metadata()))
        .policy(apply(update, spec.policy()))
        .build();
  }

  private static EndpointPolicy apply(EndpointUpdate update, EndpointPolicy policy) {
    Duration timeout = update.timeout();
    RetrySchedule schedule = update.retrySchedule();
    return EndpointPolicy.builder()
        .ordered(or(update.ordered(), policy.ordered()))
        .rateLimit(or(update.rateLimit(), policy.rateLimit()))
        .concurrency(or(update.concurrency(), policy.concurrency()))
        .timeoutMillis(timeout == null ? policy.timeoutMillis() : (int) timeout.toMillis())
        .retryWaits(schedule == null ? policy.retryWaits() : Waits.millis(schedule))
        .wireFormat(or(update.wireFormat(), policy.wireFormat()))
        .build();
  }

  private static <T> T or(@Nullable T changed, T present) {
    return changed == null ? present : changed;
  }
}
