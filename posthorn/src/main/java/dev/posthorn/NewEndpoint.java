package dev.posthorn;

import dev.posthorn.internal.api.Checks;
import dev.posthorn.internal.api.Shown;
import dev.posthorn.internal.crypto.Certificates;
import dev.posthorn.internal.crypto.ClientCertificate;
import dev.posthorn.internal.engine.registry.EndpointDraft;
import dev.posthorn.internal.rules.EndpointRules;
import dev.posthorn.spi.store.EndpointPolicy;
import dev.posthorn.spi.store.EndpointSpec;
import dev.posthorn.spi.store.EndpointState;
import dev.posthorn.spi.transport.TlsIdentity;
import dev.posthorn.spi.wire.Header;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint to be added, begun with {@link Endpoint#to}; or a change of one. Only the URL is
 * needed. What is wrong throws {@link PosthornException} at once.
 */
public final class NewEndpoint {
  private final boolean change;
  private EndpointSpec spec;
  private @Nullable String secret;
  private final Map<String, String> headers = new LinkedHashMap<>();
  private @Nullable ClientCertificate clientCertificate;
  private @Nullable String serverCa;

  NewEndpoint(String url) {
    this.change = false;
    this.spec = EndpointSpec.to(Checks.url(url)).build();
  }

  /** Begins a change of an endpoint. */
  public NewEndpoint(EndpointSpec before) {
    this.change = true;
    this.spec = before;
  }

  private NewEndpoint with(EndpointSpec.Builder changed) {
    this.spec = changed.build();
    return this;
  }

  private NewEndpoint with(EndpointPolicy.Builder changed) {
    return with(spec.toBuilder().policy(changed.build()));
  }

  private EndpointPolicy.Builder policy() {
    return spec.policy().toBuilder();
  }

  /**
   * Sets its URL. It is kept as it is sent: the host in lower case, and percent-encoded what a path
   * or query must not have.
   */
  public NewEndpoint url(String text) {
    return with(spec.toBuilder().url(Checks.url(text)));
  }

  /** Sets your own name for it, unique within the application. */
  public NewEndpoint uid(String name) {
    return with(spec.toBuilder().uid(Checks.uid(name)));
  }

  /** Sets a note for people. */
  public NewEndpoint description(String text) {
    return with(spec.toBuilder().description(Checks.description(text)));
  }

  /**
   * Sets the event types it wants, such as {@code invoice.paid} or {@code invoice.*}; all unless
   * set.
   */
  public NewEndpoint events(String... patterns) {
    return with(spec.toBuilder().eventTypes(Checks.eventTypes(patterns)));
  }

  /** Sets the channels it listens to; all unless set. */
  public NewEndpoint channels(String... names) {
    return with(spec.toBuilder().channels(Checks.channels(names)));
  }

  /** Sets its signing secret, such as {@code whsec_…}; a new one is made unless set. */
  public NewEndpoint secret(String text) {
    refuseInChange("secret", "rotateSecret");
    this.secret = text;
    return this;
  }

  /** Sets a header of all of its requests. It cannot be one that frames or signs them. */
  public NewEndpoint header(String name, String value) {
    refuseInChange("header", "changeHeaders");
    Map<String, String> all = new LinkedHashMap<>(headers);
    all.put(name, value);
    Checks.headers(all);
    headers.put(name, value);
    return this;
  }

  /**
   * Sets the client certificate that it shows to receivers that ask for one (mTLS).
   *
   * @param certificatePem the certificate in PEM, then those that vouch for it
   * @param keyPem its private key in PEM: RSA of 2,048 to 4,096 bits or EC, not encrypted
   */
  public NewEndpoint clientCertificate(String certificatePem, String keyPem) {
    refuseInChange("clientCertificate", "changeClientCertificate");
    this.clientCertificate = Checks.clientCertificate(certificatePem, keyPem);
    return this;
  }

  /**
   * Sets the only authorities that may vouch for its receiver; those of the JDK and of the options
   * do not count then.
   *
   * @param pem one to ten certificates in PEM, with keys of RSA (2,048 to 4,096 bits), P-256 or
   *     P-384
   */
  public NewEndpoint serverCa(String pem) {
    refuseInChange("serverCa", "changeServerCa");
    this.serverCa = Checks.serverCa(pem);
    return this;
  }

  public static List<Header> list(Map<String, String> headers) {
    return headers.entrySet().stream()
        .map(header -> new Header(header.getKey(), header.getValue()))
        .toList();
  }

  private void refuseInChange(String field, String remedy) {
    if (change) {
      throw PosthornException.invalid(field, "is not changed here; use " + remedy);
    }
  }

  /**
   * Adds a note of your own: at most 50, each with a key of 1 to 100 and a value of up to 500
   * characters.
   */
  public NewEndpoint metadata(String key, String value) {
    Map<String, String> all = new HashMap<>(spec.metadata());
    all.put(key, value);
    return with(spec.toBuilder().metadata(Checks.metadata(all)));
  }

  /** Delivers in order: one at a time, the next only after the outcome of the last is on disk. */
  public NewEndpoint ordered() {
    return ordered(true);
  }

  /** Sets whether it is delivered to in order; see {@link #ordered()}. */
  public NewEndpoint ordered(boolean inOrder) {
    return with(policy().ordered(inOrder));
  }

  /** Limits its requests a second, spread evenly: 1 to 65,535; 0, as unless set, for no limit. */
  public NewEndpoint rateLimit(int perSecond) {
    return with(
        policy().rateLimit(Checks.within("rateLimit", perSecond, EndpointRules.RATE_LIMIT)));
  }

  /** Limits its requests at the same time: 1 to 1,024; 0, as unless set, for the default. */
  public NewEndpoint concurrency(int requests) {
    return with(
        policy().concurrency(Checks.within("concurrency", requests, EndpointRules.CONCURRENCY)));
  }

  /** Sets how long one request may take: 1 s to 10 min. */
  public NewEndpoint timeout(Duration timeout) {
    int millis = (int) Checks.within("timeout", timeout, EndpointRules.TIMEOUT).toMillis();
    return with(policy().timeoutMillis(millis));
  }

  /** Sets a retry schedule of its own. */
  public NewEndpoint retrySchedule(RetrySchedule own) {
    return with(policy().retryWaits(own.millis()));
  }

  /** Chooses a wire format by its name; Standard Webhooks unless set. */
  public NewEndpoint wireFormat(String name) {
    return with(policy().wireFormat(name));
  }

  /** Returns its URL. */
  public String url() {
    return spec.url();
  }

  /** Returns your own name for it, or null. */
  public @Nullable String uid() {
    return spec.uid();
  }

  /** Returns a note for people, or an empty string. */
  public String description() {
    return spec.description();
  }

  /** Returns patterns of the event types it wants; empty for all. */
  public List<String> events() {
    return spec.eventTypes();
  }

  /** Returns the channels it listens to; empty for all. */
  public List<String> channels() {
    return spec.channels();
  }

  /** Returns the signing secret as it was set here, or null. */
  public @Nullable String secret() {
    return secret;
  }

  /** Returns the headers of all of its requests, as they were set here. */
  public Map<String, String> headers() {
    return Collections.unmodifiableMap(new LinkedHashMap<>(headers));
  }

  /** Returns your own notes. */
  public Map<String, String> metadata() {
    return spec.metadata();
  }

  /** Returns the client certificate as it was set here, then those that vouch for it; or none. */
  public List<X509Certificate> clientCertificate() {
    return clientCertificate == null ? List.of() : clientCertificate.chain();
  }

  /** Returns the only authorities that may vouch for its receiver, as set here; none for all. */
  public List<X509Certificate> serverCa() {
    return serverCa == null ? List.of() : Certificates.read(serverCa);
  }

  /** Returns whether it is delivered to in order. */
  public boolean isOrdered() {
    return spec.policy().ordered();
  }

  /** Returns its limit of requests a second, or 0 for none. */
  public int rateLimit() {
    return spec.policy().rateLimit();
  }

  /** Returns its limit of requests at the same time, or 0 for the default. */
  public int concurrency() {
    return spec.policy().concurrency();
  }

  /** Returns how long one request may take, or null for the default. */
  public @Nullable Duration timeout() {
    int millis = spec.policy().timeoutMillis();
    return millis == 0 ? null : Duration.ofMillis(millis);
  }

  /** Returns a retry schedule of its own, or null for the default. */
  public @Nullable RetrySchedule retrySchedule() {
    List<Long> waits = spec.policy().retryWaits();
    return waits == null ? null : RetrySchedule.ofMillis(waits);
  }

  /** Returns the name of its wire format. */
  public String wireFormat() {
    return spec.policy().wireFormat();
  }

  /** Returns whether another one says the same. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof NewEndpoint that && parts().equals(that.parts());
  }

  @Override
  public int hashCode() {
    return parts().hashCode();
  }

  private List<@Nullable Object> parts() {
    return Arrays.asList(change, spec, secret, headers, clientCertificate, serverCa);
  }

  /** Returns what it says, without its secrets: of headers only the names. */
  @Override
  public String toString() {
    return new Shown(NewEndpoint.class)
        .with("url", url().replaceFirst("\\?.*", "?…"))
        .with("uid", uid())
        .with("description", description())
        .with("events", events())
        .with("channels", channels())
        .hiding("secret", secret)
        .with("headers", List.copyOf(headers.keySet()))
        .with("metadata", metadata())
        .hiding("clientCertificate", clientCertificate)
        .hiding("serverCa", serverCa)
        .with("ordered", isOrdered())
        .with("rateLimit", rateLimit())
        .with("concurrency", concurrency())
        .with("timeout", timeout())
        .with("retrySchedule", retrySchedule())
        .with("wireFormat", wireFormat())
        .toString();
  }

  /** Returns what it has of its own for TLS; throws INVALID if it cannot be used at a time. */
  public TlsIdentity identity(long now) {
    ClientCertificate certificate = clientCertificate;
    return new TlsIdentity(certificate == null ? null : Checks.usable(certificate, now), serverCa);
  }

  public EndpointDraft draft() {
    return new EndpointDraft(spec, EndpointState.ENABLED, secret, list(headers));
  }

  /** Returns the settings as they are after this change. */
  public EndpointSpec spec() {
    return spec;
  }
}
