package dev.posthorn.server.boot;

import dev.posthorn.EgressProxy;
import dev.posthorn.HttpTransportOptions;
import dev.posthorn.PostgresqlOptions;
import dev.posthorn.internal.crypto.Keyring;
import dev.posthorn.internal.crypto.SecretKey;
import dev.posthorn.internal.engine.base.EngineLimits;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.rules.NumberRange;
import dev.posthorn.internal.rules.OptionRules;
import dev.posthorn.internal.rules.TimeRange;
import dev.posthorn.internal.runtime.StorePlace;
import dev.posthorn.server.auth.Jwts;
import dev.posthorn.server.config.Configuration;
import dev.posthorn.server.config.Setting;
import dev.posthorn.server.config.SettingReader;
import dev.posthorn.server.config.ShownSetting;
import dev.posthorn.server.config.StoreSettings;
import dev.posthorn.server.http.Cors;
import dev.posthorn.server.http.HttpLimits;
import dev.posthorn.server.tracing.TracingOptions;
import dev.posthorn.spi.transport.AddressPolicy;
import dev.posthorn.spi.transport.ExchangeLimits;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Converts a configuration to a server's options. */
final class OptionsReader {
  private static final List<String> RESOLVERS = List.of("local", "proxy");
  private static final NumberRange NUMBER = new NumberRange(1, 1_000_000);
  private static final Duration ONE_HOUR = Duration.ofHours(1);
  private static final int LEAST_ADMIN_TOKEN = 16;
  private static final Pattern HOST_NAME = Pattern.compile("[a-z0-9._-]{1,253}");
  private static final String MAKE = "make one with: head -c 32 /dev/urandom | base64";

  private final Configuration configuration;
  private final SettingReader settings;

  private OptionsReader(Configuration configuration) {
    this.configuration = configuration;
    this.settings = new SettingReader(configuration);
  }

  /**
   * Returns the options of a configuration.
   *
   * @throws dev.posthorn.server.config.BadSettingException if a value is invalid
   */
  static ServerOptions read(Configuration configuration) {
    return new OptionsReader(configuration).options();
  }

  /** Sets up logging as configured. */
  static void logs(Configuration configuration) {
    SettingReader settings = new SettingReader(configuration);
    Logs.configure(
        settings.word(Setting.LOG_FORMAT, Logs.FORMATS),
        settings.word(Setting.LOG_LEVEL, Logs.LEVELS));
  }

  private ServerOptions options() {
    return new ServerOptions(store(), keyring(), access(), engine(), transport(), limits())
        .withManner(
            new ServerOptions.Tuning(
                    settings.millis(Setting.CLOSE_TIMEOUT, OptionRules.CLOSE_TIMEOUT),
                    settings.flag(Setting.SVIX_HEADERS),
                    settings.number(Setting.FAILED_AUTH_LIMIT, NUMBER),
                    settings.made(Setting.CORS_ORIGIN, Cors::of),
                    tracing())
                .withStrict(settings.flag(Setting.STRICT))
                .withTempFolder(settings.folder(Setting.TEMP_DIR))
                .withInbox(ServerInbox.of(configuration))
                .withAlerts(AlertSettings.of(settings))
                .withPortal(PortalSettings.of(settings))
                .withSettings(ShownSetting.of(configuration)));
  }

  private StorePlace store() {
    PostgresqlOptions database = StoreSettings.database(configuration);
    return database == null
        ? ServerOptions.file(settings.made(Setting.DB, Path::of))
        : new StorePlace.Database(database);
  }

  private Keyring keyring() {
    String key = settings.secret(Setting.SECRET_KEY);
    if (key == null || key.isEmpty()) {
      throw settings.bad(
          Setting.SECRET_KEY,
          "is missing; set it, or "
              + Setting.SECRET_KEY.variable()
              + "; "
              + MAKE
              + "; keep it as long as the database");
    }
    return settings.made(Setting.SECRET_KEY, text -> SecretKey.keyring(key));
  }

  private ServerOptions.Access access() {
    String admin = settings.text(Setting.ADMIN_LISTEN);
    return new ServerOptions.Access(
            settings.address(Setting.LISTEN),
            admin == null || admin.equals("none") ? null : settings.address(Setting.ADMIN_LISTEN),
            settings.secret(Setting.JWT_SECRET),
            adminToken(),
            tls(Setting.TLS_CERT, Setting.TLS_KEY),
            tls(Setting.ADMIN_TLS_CERT, Setting.ADMIN_TLS_KEY))
        .withAdminHosts(settings.made(Setting.ADMIN_HOST, OptionsReader::hosts))
        .withPublicUrl(
            settings.text(Setting.PUBLIC_URL) == null
                ? null
                : settings.made(Setting.PUBLIC_URL, OptionsReader::publicUrl));
  }

  private @Nullable String adminToken() {
    String token = settings.secret(Setting.ADMIN_TOKEN);
    if (token != null && token.length() < LEAST_ADMIN_TOKEN) {
      throw settings.bad(
          Setting.ADMIN_TOKEN,
          "has "
              + token.length()
              + " characters; it needs at least "
              + LEAST_ADMIN_TOKEN
              + "; "
              + MAKE);
    }
    return token;
  }

  private static Set<String> hosts(String text) {
    Set<String> hosts = new HashSet<>();
    for (String part : text.split(",", -1)) {
      String host = part.strip().toLowerCase(Locale.ROOT);
      if (!host.isEmpty() && !HOST_NAME.matcher(host).matches()) {
        throw new IllegalArgumentException(
            "\"" + part.strip() + "\" must be the name of a host without a port");
      }
      hosts.add(host);
    }
    return Set.copyOf(hosts);
  }

  private static String publicUrl(String text) {
    String right =
        "\"" + text + "\" must be a URL without a path, such as https://hooks.example.com";
    URI uri;
    try {
      uri = URI.create(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(right, e);
    }
    if (!("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))
        || uri.getHost() == null
        || uri.getUserInfo() != null
        || !(uri.getRawPath().isEmpty() || uri.getRawPath().equals("/"))
        || uri.getRawQuery() != null
        || uri.getRawFragment() != null) {
      throw new IllegalArgumentException(right);
    }
    return uri.getScheme() + "://" + uri.getRawAuthority();
  }

  /** Returns warnings about settings that are valid but inadvisable. */
  static List<String> warnings(ServerOptions options) {
    List<String> warnings = new ArrayList<>();
    String secret = options.access().jwtSecret();
    if (secret != null && Jwts.isShort(secret)) {
      warnings.add(
          Setting.JWT_SECRET.flag()
              + " has fewer than "
              + Jwts.LEAST_SECRET_BYTES
              + " bytes, so anyone with a JWT can guess it and then sign JWTs; "
              + MAKE
              + ", and issue new JWTs");
    }
    InetAddress listen = options.access().listen().getAddress();
    if (options.access().publicUrl() == null && listen != null && listen.isAnyLocalAddress()) {
      warnings.add(
          Setting.PUBLIC_URL.flag()
              + " is missing: links to the portal lead to localhost until it names the URL at which"
              + " browsers reach this server");
    }
    return warnings;
  }

  private ServerOptions.@Nullable Tls tls(Setting certificateSetting, Setting keySetting) {
    Path certificate = settings.readable(certificateSetting);
    Path key = settings.readable(keySetting);
    if ((certificate == null) != (key == null)) {
      Setting missing = certificate == null ? certificateSetting : keySetting;
      throw settings.bad(missing, "is missing; give both a certificate and its key, or neither");
    }
    return certificate == null || key == null ? null : new ServerOptions.Tls(certificate, key);
  }

  private EngineOptions engine() {
    EngineOptions defaults = EngineOptions.DEFAULT;
    return defaults
        .withRetryWaits(settings.waits(Setting.RETRY_SCHEDULE))
        .withJitter(settings.share(Setting.JITTER))
        .withExchange(
            ExchangeLimits.DEFAULT.within(
                (int) settings.millis(Setting.REQUEST_TIMEOUT, OptionRules.REQUEST_TIMEOUT)))
        .withEndpointsPerApplication(settings.number(Setting.ENDPOINTS_PER_APPLICATION, NUMBER))
        .withRetention(settings.millis(Setting.RETENTION, OptionRules.RETENTION))
        .withHealth(
            defaults.health().toBuilder()
                .disableAfterMillis(
                    settings.millis(Setting.DISABLE_AFTER, OptionRules.DISABLE_AFTER))
                .build())
        .withLimits(engineLimits(defaults.limits()));
  }

  private EngineLimits engineLimits(EngineLimits limits) {
    int most = settings.number(Setting.MAX_IN_FLIGHT, OptionRules.MAX_IN_FLIGHT);
    return limits.toBuilder()
        .maxInFlight(most)
        .window(Math.min(limits.window(), most))
        .firstWindow(Math.min(limits.firstWindow(), most))
        .concurrency(settings.number(Setting.CONCURRENCY, OptionRules.CONCURRENCY))
        .maxPayloadSize(settings.bytes(Setting.MAX_PAYLOAD_SIZE, OptionRules.MAX_PAYLOAD_SIZE))
        .build();
  }

  private HttpTransportOptions transport() {
    HttpTransportOptions.Builder builder = HttpTransportOptions.builder();
    if (settings.text(Setting.ALLOW_NETWORK) != null) {
      builder.addresses(
          settings.made(
              Setting.ALLOW_NETWORK,
              text ->
                  AddressPolicy.allowing(
                      Arrays.stream(text.split(",", -1))
                          .map(String::strip)
                          .filter(block -> !block.isEmpty())
                          .toArray(String[]::new))));
    }
    Path trusted = settings.readable(Setting.TRUSTED_CERTIFICATES);
    if (trusted != null) {
      builder.trustedCertificates(trusted);
    }
    Path resolvConf = settings.readable(Setting.RESOLV_CONF);
    if (resolvConf != null) {
      builder.resolvConf(resolvConf);
    }
    EgressProxy proxy = proxy();
    if (proxy != null) {
      builder.proxy(proxy);
    }
    return builder.build();
  }

  private @Nullable EgressProxy proxy() {
    boolean byName = settings.word(Setting.PROXY_RESOLVE, RESOLVERS).equals("proxy");
    if (settings.text(Setting.PROXY) != null) {
      EgressProxy proxy = settings.made(Setting.PROXY, OptionsReader::proxy);
      return proxy.toBuilder().resolveNames(byName).build();
    }
    if (byName) {
      throw settings.bad(
          Setting.PROXY_RESOLVE,
          "needs a proxy that resolves names; set " + Setting.PROXY.flag() + " too, or remove it");
    }
    return null;
  }

  private static EgressProxy proxy(String text) {
    String right = "must be http://HOST:PORT or http://USER:PASSWORD@HOST:PORT";
    URI uri;
    try {
      uri = URI.create(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(right); // the cause would show the password
    }
    if (!"http".equals(uri.getScheme())
        || uri.getHost() == null
        || uri.getPort() < 1
        || uri.getPort() > 65_535) {
      throw new IllegalArgumentException(right);
    }
    String user = uri.getUserInfo();
    if (user == null) {
      return EgressProxy.of(uri.getHost(), uri.getPort());
    }
    int colon = user.indexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException(right);
    }
    return EgressProxy.builder(uri.getHost(), uri.getPort())
        .credentials(user.substring(0, colon), user.substring(colon + 1))
        .build();
  }

  private @Nullable TracingOptions tracing() {
    Map<String, String> headers = settings.made(Setting.OTEL_HEADERS, TracingOptions::headers);
    double share = settings.share(Setting.OTEL_SHARE);
    return settings.text(Setting.OTEL_ENDPOINT) == null
        ? null
        : new TracingOptions(
            settings.made(Setting.OTEL_ENDPOINT, TracingOptions::endpoint), headers, share);
  }

  private HttpLimits limits() {
    return HttpLimits.DEFAULT.toBuilder()
        .bodyBytes(settings.bytes(Setting.HTTP_BODY_BYTES, new NumberRange(1 << 10, 64 << 20)))
        .headerBytes(settings.bytes(Setting.HTTP_HEADER_BYTES, new NumberRange(1 << 10, 1 << 20)))
        .bodyMillis(
            settings.millis(
                Setting.HTTP_BODY_TIMEOUT, new TimeRange(Duration.ofMillis(100), ONE_HOUR)))
        .idleMillis(
            settings.millis(
                Setting.HTTP_IDLE_TIMEOUT, new TimeRange(Duration.ofSeconds(1), ONE_HOUR)))
        .writeMillis(
            settings.millis(
                Setting.HTTP_WRITE_TIMEOUT, new TimeRange(Duration.ofSeconds(1), ONE_HOUR)))
        .connections(settings.number(Setting.HTTP_CONNECTIONS, NUMBER))
        .connectionsPerAddress(
            settings.number(Setting.HTTP_CONNECTIONS_PER_ADDRESS, new NumberRange(0, NUMBER.max())))
        .build();
  }
}
