package dev.posthorn;

import dev.posthorn.engine.EndpointDraft;
import dev.posthorn.engine.TextLimits;
import dev.posthorn.error.PosthornException;
import dev.posthorn.store.EndpointPolicy;
import dev.posthorn.store.EndpointRow;
import dev.posthorn.store.EndpointState;
import dev.posthorn.transport.Certificates;
import dev.posthorn.transport.ClientCertificate;
import dev.posthorn.transport.HeaderRules;
import dev.posthorn.transport.HttpTarget;
import dev.posthorn.transport.TlsIdentity;
import dev.posthorn.wire.Header;
import dev.posthorn.wire.StandardWireFormat;
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
  private String url;
  private @Nullable String uid;
  private String description = "";
  private List<String> events = List.of();
  private List<String> channels = List.of();
  private @Nullable String secret;
  private final Map<String, String> headers = new LinkedHashMap<>();
  private final Map<String, String> metadata = new HashMap<>();
  private @Nullable ClientCertificate clientCertificate;
  private @Nullable String serverCa;
  private boolean ordered;
  private int rateLimit;
  private int concurrency;
  private int timeoutMillis;
  private @Nullable List<Long> waits;
  private String format = StandardWireFormat.NAME;

  NewEndpoint(String url) {
    this.change = false;
    this.url = checked(url);
  }

  /** Begins a change of an endpoint. */
  NewEndpoint(EndpointRow row) {
    this.change = true;
    this.url = row.url();
    this.uid = row.uid();
    this.description = row.description();
    this.events = row.eventTypes();
    this.channels = row.channels();
    this.metadata.putAll(row.metadata());
    this.ordered = row.policy().ordered();
    this.rateLimit = row.policy().rateLimit();
    this.concurrency = row.policy().concurrency();
    this.timeoutMillis = row.policy().timeoutMillis();
    this.waits = row.policy().retryWaits();
    this.format = row.policy().wireFormat();
  }

  private static String checked(String url) {
    return Checks.argument(() -> HttpTarget.normalize(Checks.present("url", url)));
  }

  /**
   * Sets its URL. It is kept as it is sent: the host in lower case, and percent-encoded what a path
   * or query must not have.
   */
  public NewEndpoint url(String text) {
    this.url = checked(text);
    return this;
  }

  /** Sets your own name for it, unique within the application. */
  public NewEndpoint uid(String name) {
    this.uid = Checks.uid(name);
    return this;
  }

  /** Sets a note for people. */
  public NewEndpoint description(String text) {
    TextLimits.require("description", Checks.present("description", text), TextLimits.DESCRIPTION);
    this.description = text;
    return this;
  }

  /**
   * Sets the event types it wants, such as {@code invoice.paid} or {@code invoice.*}; all unless
   * set.
   */
  public NewEndpoint events(String... patterns) {
    this.events = List.of(patterns);
    Checks.eventTypes(events);
    return this;
  }

  /** Sets the channels it listens to; all unless set. */
  public NewEndpoint channels(String... names) {
    this.channels = Checks.channels(names);
    return this;
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
    check(all);
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

  static void check(Map<String, String> headers) {
    var unused =
        Checks.argument(
            () -> {
              HeaderRules.standard().check(headers);
              return headers;
            });
  }

  static List<Header> list(Map<String, String> headers) {
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
    Map<String, String> all = new HashMap<>(metadata);
    all.put(key, value);
    Checks.metadata(all);
    metadata.put(key, value);
    return this;
  }

  /** Delivers in order: one at a time, the next only after the outcome of the last is on disk. */
  public NewEndpoint ordered() {
    return ordered(true);
  }

  /** Sets whether it is delivered to in order; see {@link #ordered()}. */
  public NewEndpoint ordered(boolean inOrder) {
    this.ordered = inOrder;
    return this;
  }

  /** Limits its requests a second, spread evenly: 1 to 10,000; 0, as unless set, for no limit. */
  public NewEndpoint rateLimit(int perSecond) {
    this.rateLimit = Checks.between("rateLimit", perSecond, 0, 10_000);
    return this;
  }

  /** Limits its requests at the same time: 1 to 1,024; 0, as unless set, for the default. */
  public NewEndpoint concurrency(int requests) {
    this.concurrency = Checks.between("concurrency", requests, 0, 1_024);
    return this;
  }

  /** Sets how long one request may take: 1 s to 10 min. */
  public NewEndpoint timeout(Duration timeout) {
    this.timeoutMillis = (int) Checks.timeout("timeout", timeout).toMillis();
    return this;
  }

  /** Sets a retry schedule of its own. */
  public NewEndpoint retrySchedule(RetrySchedule own) {
    this.waits = own.millis();
    return this;
  }

  /** Chooses a wire format by its name; Standard Webhooks unless set. */
  public NewEndpoint wireFormat(String name) {
    this.format = name;
    return this;
  }

  /** Returns its URL. */
  public String url() {
    return url;
  }

  /** Returns your own name for it, or null. */
  public @Nullable String uid() {
    return uid;
  }

  /** Returns a note for people, or an empty string. */
  public String description() {
    return description;
  }

  /** Returns patterns of the event types it wants; empty for all. */
  public List<String> events() {
    return events;
  }

  /** Returns the channels it listens to; empty for all. */
  public List<String> channels() {
    return channels;
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
    return Map.copyOf(metadata);
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
    return ordered;
  }

  /** Returns its limit of requests a second, or 0 for none. */
  public int rateLimit() {
    return rateLimit;
  }

  /** Returns its limit of requests at the same time, or 0 for the default. */
  public int concurrency() {
    return concurrency;
  }

  /** Returns how long one request may take, or null for the default. */
  public @Nullable Duration timeout() {
    return timeoutMillis == 0 ? null : Duration.ofMillis(timeoutMillis);
  }

  /** Returns a retry schedule of its own, or null for the default. */
  public @Nullable RetrySchedule retrySchedule() {
    return waits == null ? null : RetrySchedule.ofMillis(waits);
  }

  /** Returns the name of its wire format. */
  public String wireFormat() {
    return format;
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
    return Arrays.asList(
        change,
        url,
        uid,
        description,
        events,
        channels,
        secret,
        headers,
        metadata,
        clientCertificate,
        serverCa,
        policy());
  }

  /** Returns what it says, without its secrets: of headers only the names. */
  @Override
  public String toString() {
    return new Shown(NewEndpoint.class)
        .with("url", url.replaceFirst("\\?.*", "?…"))
        .with("uid", uid)
        .with("description", description)
        .with("events", events)
        .with("channels", channels)
        .hiding("secret", secret)
        .with("headers", List.copyOf(headers.keySet()))
        .with("metadata", metadata)
        .hiding("clientCertificate", clientCertificate)
        .hiding("serverCa", serverCa)
        .with("ordered", ordered)
        .with("rateLimit", rateLimit)
        .with("concurrency", concurrency)
        .with("timeout", timeout())
        .with("retrySchedule", retrySchedule())
        .with("wireFormat", format)
        .toString();
  }

  /** Returns what it has of its own for TLS; throws INVALID if it cannot be used at a time. */
  TlsIdentity identity(long now) {
    ClientCertificate certificate = clientCertificate;
    return new TlsIdentity(certificate == null ? null : Checks.usable(certificate, now), serverCa);
  }

  EndpointDraft draft() {
    return new EndpointDraft(
        uid,
        url,
        description,
        events,
        channels,
        policy(),
        EndpointState.ENABLED,
        metadata,
        secret,
        list(headers));
  }

  /** Returns a row with what this change says. */
  EndpointRow changed(EndpointRow row, long now) {
    return new EndpointRow(
        row.id(),
        row.application(),
        uid,
        url,
        description,
        events,
        channels,
        policy(),
        row.state(),
        Map.copyOf(metadata),
        row.created(),
        now);
  }

  private EndpointPolicy policy() {
    return new EndpointPolicy(ordered, rateLimit, concurrency, timeoutMillis, waits, format);
  }
}
