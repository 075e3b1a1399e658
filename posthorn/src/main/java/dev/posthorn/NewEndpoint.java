package dev.posthorn;

import dev.posthorn.internal.api.Checks;
import dev.posthorn.internal.api.Shown;
import dev.posthorn.internal.rules.EndpointRules;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint to be added. Only the URL is required. Immutable.
 *
 * <p>An invalid value throws {@link PosthornException} with INVALID as soon as it is set.
 */
public final class NewEndpoint {
  private final Builder values;

  private NewEndpoint(Builder values) {
    this.values = values;
  }

  /**
   * Returns a builder for an endpoint at an http or https URL. The URL is kept as it is sent: host
   * in lower case, invalid characters of path and query percent-encoded.
   */
  public static Builder builder(String url) {
    return new Builder(Checks.url(url));
  }

  /** Returns an endpoint at a URL that wants all messages; see {@link #builder}. */
  public static NewEndpoint of(String url) {
    return builder(url).build();
  }

  /** Returns a builder that starts with these values. */
  public Builder toBuilder() {
    return new Builder(values);
  }

  /** Returns the URL. */
  public String url() {
    return values.url;
  }

  /** Returns your own name for the endpoint, or null. */
  public @Nullable String uid() {
    return values.uid;
  }

  /** Returns the description, or an empty string. */
  public String description() {
    return values.description;
  }

  /** Returns patterns of the event types that the endpoint wants; empty for all. */
  public List<String> events() {
    return values.events;
  }

  /** Returns the channels that the endpoint listens to; empty for all. */
  public List<String> channels() {
    return values.channels;
  }

  /** Returns the signing secret, or null for a generated one. */
  public @Nullable String secret() {
    return values.secret;
  }

  /** Returns the headers of all requests. */
  public Map<String, String> headers() {
    return values.headers;
  }

  /** Returns your own metadata. */
  public Map<String, String> metadata() {
    return values.metadata;
  }

  /** Returns the client certificate and its issuers in PEM, or null for none. */
  public @Nullable String clientCertificate() {
    return values.clientCertificate;
  }

  /** Returns the private key of the client certificate in PEM, or null for none. */
  public @Nullable String clientKey() {
    return values.clientKey;
  }

  /** Returns the only CAs that are trusted for this endpoint in PEM, or null for the usual ones. */
  public @Nullable String serverCa() {
    return values.serverCa;
  }

  /** Returns whether messages are delivered in order. */
  public boolean ordered() {
    return values.ordered;
  }

  /** Returns the maximum number of requests per second, or 0 for no limit. */
  public int rateLimit() {
    return values.rateLimit;
  }

  /** Returns the maximum number of concurrent requests, or 0 for the default. */
  public int concurrency() {
    return values.concurrency;
  }

  /** Returns the time limit of a request, or null for the default. */
  public @Nullable Duration timeout() {
    return values.timeout;
  }

  /** Returns the retry schedule, or null for the default. */
  public @Nullable RetrySchedule retrySchedule() {
    return values.retrySchedule;
  }

  /** Returns the name of the wire format, or null for Standard Webhooks. */
  public @Nullable String wireFormat() {
    return values.wireFormat;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof NewEndpoint that && values.all().equals(that.values.all());
  }

  @Override
  public int hashCode() {
    return values.all().hashCode();
  }

  /** Returns the values by name, without secrets: of headers only the names. */
  @Override
  public String toString() {
    return new Shown(NewEndpoint.class)
        .with("url", url().replaceFirst("\\?.*", "?…"))
        .with("uid", uid())
        .with("description", description())
        .with("events", events())
        .with("channels", channels())
        .hiding("secret", secret())
        .with("headers", List.copyOf(headers().keySet()))
        .with("metadata", metadata())
        .hiding("clientCertificate", clientCertificate())
        .hiding("serverCa", serverCa())
        .with("ordered", ordered())
        .with("rateLimit", rateLimit())
        .with("concurrency", concurrency())
        .with("timeout", timeout())
        .with("retrySchedule", retrySchedule())
        .with("wireFormat", wireFormat())
        .toString();
  }

  /** A builder of {@link NewEndpoint}. Not thread-safe. */
  public static final class Builder {
    private String url;
    private @Nullable String uid;
    private String description = "";
    private List<String> events = List.of();
    private List<String> channels = List.of();
    private @Nullable String secret;
    private Map<String, String> headers = Map.of();
    private Map<String, String> metadata = Map.of();
    private @Nullable String clientCertificate;
    private @Nullable String clientKey;
    private @Nullable String serverCa;
    private boolean ordered;
    private int rateLimit;
    private int concurrency;
    private @Nullable Duration timeout;
    private @Nullable RetrySchedule retrySchedule;
    private @Nullable String wireFormat;

    private Builder(String url) {
      this.url = url;
    }

    private Builder(Builder from) {
      this.url = from.url;
      this.uid = from.uid;
      this.description = from.description;
      this.events = from.events;
      this.channels = from.channels;
      this.secret = from.secret;
      this.headers = from.headers;
      this.metadata = from.metadata;
      this.clientCertificate = from.clientCertificate;
      this.clientKey = from.clientKey;
      this.serverCa = from.serverCa;
      this.ordered = from.ordered;
      this.rateLimit = from.rateLimit;
      this.concurrency = from.concurrency;
      this.timeout = from.timeout;
      this.retrySchedule = from.retrySchedule;
      this.wireFormat = from.wireFormat;
    }

    private List<@Nullable Object> all() {
      return Arrays.asList(
          url,
          uid,
          description,
          events,
          channels,
          secret,
          headers,
          metadata,
          clientCertificate,
          clientKey,
          serverCa,
          ordered,
          rateLimit,
          concurrency,
          timeout,
          retrySchedule,
          wireFormat);
    }

    /** Sets another URL; see {@link NewEndpoint#builder}. */
    public Builder url(String text) {
      this.url = Checks.url(text);
      return this;
    }

    /** Sets your own name for the endpoint, unique within the application. */
    public Builder uid(String name) {
      this.uid = Checks.uid(name);
      return this;
    }

    /** Sets a description for people. */
    public Builder description(String text) {
      this.description = Checks.description(text);
      return this;
    }

    /**
     * Sets the event types that the endpoint wants, such as {@code invoice.paid} or {@code
     * invoice.*}; by default all.
     */
    public Builder events(String... patterns) {
      this.events = Checks.eventTypes(patterns);
      return this;
    }

    /** Sets the channels that the endpoint listens to; by default all. */
    public Builder channels(String... names) {
      this.channels = Checks.channels(names);
      return this;
    }

    /** Sets the signing secret, such as {@code whsec_…}; by default a generated one. */
    public Builder secret(String text) {
      this.secret = Checks.present("secret", text);
      return this;
    }

    /** Adds a header to all requests. It must not be one that frames or signs them. */
    public Builder header(String name, String value) {
      Map<String, String> all = new LinkedHashMap<>(headers);
      all.put(name, value);
      Checks.headers(all);
      this.headers = Collections.unmodifiableMap(all);
      return this;
    }

    /**
     * Adds a note of your own: at most 50, each with a key of 1 to 100 and a value of up to 500
     * characters.
     */
    public Builder metadata(String key, String value) {
      Map<String, String> all = new HashMap<>(metadata);
      all.put(key, value);
      this.metadata = Checks.metadata(all);
      return this;
    }

    /**
     * Sets the client certificate that is sent to receivers that request one (mTLS).
     *
     * @param certificatePem the certificate in PEM, followed by its issuers
     * @param keyPem its private key in PEM: RSA of 2,048 to 4,096 bits or EC, not encrypted
     */
    public Builder clientCertificate(String certificatePem, String keyPem) {
      var unused = Checks.clientCertificate(certificatePem, keyPem);
      this.clientCertificate = certificatePem;
      this.clientKey = keyPem;
      return this;
    }

    /**
     * Trusts only these CAs for this endpoint, and not those of the JDK and of the options.
     *
     * @param pem one to ten certificates in PEM, with keys of RSA (2,048 to 4,096 bits), P-256 or
     *     P-384
     */
    public Builder serverCa(String pem) {
      this.serverCa = Checks.serverCa(pem);
      return this;
    }

    /**
     * Sets whether messages are delivered in order: one at a time, the next only after the outcome
     * of the last is on disk.
     */
    public Builder ordered(boolean inOrder) {
      this.ordered = inOrder;
      return this;
    }

    /**
     * Sets the maximum number of requests per second, evenly spread; 0, the default, for no limit.
     */
    public Builder rateLimit(int perSecond) {
      this.rateLimit = Checks.within("rateLimit", perSecond, EndpointRules.RATE_LIMIT);
      return this;
    }

    /** Sets the maximum number of concurrent requests: 1 to 1,024; 0 for the default. */
    public Builder concurrency(int requests) {
      this.concurrency = Checks.within("concurrency", requests, EndpointRules.CONCURRENCY);
      return this;
    }

    /** Sets the time limit of a request: 1 s to 10 min. */
    public Builder timeout(Duration timeout) {
      this.timeout = Checks.within("timeout", timeout, EndpointRules.TIMEOUT);
      return this;
    }

    /** Sets the retry schedule. */
    public Builder retrySchedule(RetrySchedule schedule) {
      this.retrySchedule = Checks.present("retrySchedule", schedule);
      return this;
    }

    /** Sets the wire format by its name; by default Standard Webhooks. */
    public Builder wireFormat(String name) {
      this.wireFormat = Checks.present("wireFormat", name);
      return this;
    }

    /** Returns an endpoint with the values set so far. */
    public NewEndpoint build() {
      return new NewEndpoint(new Builder(this));
    }
  }
}
