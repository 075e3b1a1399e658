package dev.posthorn;

import dev.posthorn.EndpointSettings.Change;
import dev.posthorn.internal.api.Checks;
import dev.posthorn.spi.store.rows.EndpointSpec;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint to be added. Only the URL is required. Immutable.
 *
 * <p>An invalid value throws {@link PosthornException} with INVALID as soon as it is set.
 */
public final class NewEndpoint {
  private static final EndpointSpec DEFAULTS = EndpointSpec.to("").build();

  private final Builder values;
  private final EndpointSettings settings;

  private NewEndpoint(Builder values) {
    this.values = values;
    this.settings = new EndpointSettings(Change.apply(values.changes(), DEFAULTS));
  }

  /**
   * Returns a builder for an endpoint at an http or https URL. The URL is kept as it is sent: host
   * in lower case, invalid characters of path and query percent-encoded.
   */
  public static Builder builder(String url) {
    return new Builder(Map.of()).url(url);
  }

  /** Returns an endpoint at a URL that wants all messages; see {@link #builder}. */
  public static NewEndpoint of(String url) {
    return builder(url).build();
  }

  /** Returns a builder that starts with these values. */
  public Builder toBuilder() {
    return new Builder(values);
  }

  /** Returns the settings, with defaults for those that were not set. */
  public EndpointSettings settings() {
    return settings;
  }

  /** Returns the signing secret, or null for a generated one. */
  public @Nullable String secret() {
    return values.secret;
  }

  /** Returns the headers of all requests. */
  public Map<String, String> headers() {
    return values.headers;
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

  private List<@Nullable Object> all() {
    return Arrays.asList(
        settings, secret(), headers(), clientCertificate(), clientKey(), serverCa());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof NewEndpoint that && all().equals(that.all());
  }

  @Override
  public int hashCode() {
    return all().hashCode();
  }

  /** Returns the values that are set, by name, without secrets: of headers only the names. */
  @Override
  public String toString() {
    StringJoiner text = new StringJoiner(", ", "NewEndpoint[", "]");
    Change.show(values.changes(), text);
    if (!headers().isEmpty()) {
      text.add("headers=" + List.copyOf(headers().keySet()));
    }
    hide("secret", secret(), text);
    hide("clientCertificate", clientCertificate(), text);
    hide("serverCa", serverCa(), text);
    return text.toString();
  }

  private static void hide(String name, @Nullable String value, StringJoiner text) {
    if (value != null) {
      text.add(name + "=(hidden)");
    }
  }

  /** A builder of {@link NewEndpoint}. Not thread-safe. */
  public static final class Builder extends EndpointSettings.Builder<Builder> {
    private @Nullable String secret;
    private Map<String, String> headers = Map.of();
    private @Nullable String clientCertificate;
    private @Nullable String clientKey;
    private @Nullable String serverCa;

    private Builder(Map<String, Change> changes) {
      super(changes);
    }

    private Builder(Builder from) {
      super(from.changes());
      this.secret = from.secret;
      this.headers = from.headers;
      this.clientCertificate = from.clientCertificate;
      this.clientKey = from.clientKey;
      this.serverCa = from.serverCa;
    }

    @Override
    Builder self() {
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
      Map<String, String> all = new HashMap<>(Change.apply(changes(), DEFAULTS).metadata());
      all.put(key, value);
      return metadata(all);
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

    /** Returns an endpoint with the values set so far. */
    public NewEndpoint build() {
      return new NewEndpoint(new Builder(this));
    }
  }
}
