package dev.posthorn.server.config;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A setting of the server: the one list that flags, environment variables, configuration files and
 * help are made from.
 */
public enum Setting {
  DB(Tier.ESSENTIAL, "FILE", "posthorn.db", "The database file; created if it does not exist."),
  LISTEN(Tier.ESSENTIAL, "HOST:PORT", "127.0.0.1:8071", "Where the API listens."),
  SECRET_KEY(
      Tier.ESSENTIAL,
      "KEY",
      "",
      "Encrypts secrets in the database: 32 bytes as base64 or hex. While it is replaced, several"
          + " with their numbers, newest first: 2:KEY,1:KEY. Required."),
  JWT_SECRET(Tier.ESSENTIAL, "SECRET", "", "Accept JWTs that are signed with this secret."),
  ALLOW_NETWORK(
      Tier.ESSENTIAL,
      "CIDR,…",
      "",
      "Deliver to these addresses, too; only to public ones otherwise."),

  ADMIN_LISTEN(
      Tier.OFTEN,
      "HOST:PORT",
      "127.0.0.1:8072",
      "Where health, metrics and backups are asked for; \"none\" for nowhere."),
  ADMIN_TOKEN(
      Tier.OFTEN,
      "TOKEN",
      "",
      "A bearer token for changes over the admin listener, 16 characters or more, beside the one"
          + " that each start puts into a file beside the database."),
  RETRY_SCHEDULE(
      Tier.OFTEN,
      "WAITS",
      "5s,5m,30m,2h,5h,10h,10h",
      "The waits after the first attempt, which is made at once; none for no other attempt."),
  REQUEST_TIMEOUT(Tier.OFTEN, "TIME", "20s", "How long one request to a receiver may take."),
  RETENTION(Tier.OFTEN, "TIME", "90d", "How long messages and attempts are kept."),
  DISABLE_AFTER(
      Tier.OFTEN,
      "TIME",
      "5d",
      "After how long with nothing but failures an endpoint is disabled."),
  STRICT(
      Tier.OFTEN,
      "BOOL",
      "false",
      "Refuse messages of event types that do not exist, and fields of requests that are not known:"
          + " typing mistakes."),
  LOG_LEVEL(Tier.OFTEN, "LEVEL", "info", "error, warn, info, debug or trace."),
  LOG_FORMAT(Tier.OFTEN, "FORMAT", "text", "text, or json with one object per line."),
  TLS_CERT(Tier.OFTEN, "FILE", "", "The API's certificate chain, PEM; with it the API is https."),
  TLS_KEY(Tier.OFTEN, "FILE", "", "The certificate's private key, PEM (PKCS 8)."),
  ADMIN_TLS_CERT(
      Tier.OFTEN,
      "FILE",
      "",
      "The admin listener's certificate chain, PEM; with it that is https."),
  ADMIN_TLS_KEY(Tier.OFTEN, "FILE", "", "The private key of that, PEM (PKCS 8)."),
  PUBLIC_URL(
      Tier.OFTEN,
      "URL",
      "",
      "Where browsers reach the API, such as https://hooks.example.com: links to the portal begin"
          + " with it. Where it listens unless set."),
  CORS_ORIGIN(
      Tier.OFTEN,
      "ORIGIN,…",
      "",
      "Pages of these origins may use the API and show the portal in a frame:"
          + " https://app.example.com; * for any to use the API."),
  PROXY(
      Tier.OFTEN,
      "URL",
      "",
      "The HTTP proxy that all deliveries go through: http://[USER:PASSWORD@]HOST:PORT."),
  PROXY_RESOLVE(
      Tier.OFTEN,
      "WHERE",
      "local",
      "Where the names of receivers are resolved if there is a proxy: local, so that their addresses"
          + " are checked here; or proxy, which then has to refuse private addresses itself."),
  TRUSTED_CERTIFICATES(
      Tier.OFTEN, "FILE", "", "Certificates of receivers to trust beside the JDK's, PEM."),

  OTEL_ENDPOINT(
      Tier.OFTEN,
      "URL",
      "",
      "Send traces to this OpenTelemetry collector by OTLP over HTTP: http://127.0.0.1:4318."),

  ADMIN_HOST(
      Tier.RARE,
      "NAME,…",
      "",
      "Names by which the admin listener may be asked for changes; addresses and localhost always"
          + " may."),
  OTEL_HEADERS(Tier.RARE, "NAME=VALUE,…", "", "Headers for the collector, such as an API key."),
  OTEL_SHARE(
      Tier.RARE, "SHARE", "1", "Which share of messages is traced if their sender does not say."),
  RESOLV_CONF(
      Tier.RARE,
      "FILE",
      "",
      "Name servers and search domains to use in place of those in /etc/resolv.conf, in the same"
          + " format; a name server may have a port: [10.0.0.53]:5353."),
  PERMITS(Tier.RARE, "N", "8192", "Deliveries under way together; most repeats after a crash."),
  ENDPOINTS_PER_APPLICATION(
      Tier.RARE, "N", "1000", "Endpoints of one application; all of them are in memory."),
  CONCURRENCY(Tier.RARE, "N", "64", "Requests at the same time to one endpoint."),
  LARGEST_PAYLOAD(Tier.RARE, "BYTES", "1m", "The largest payload of a message."),
  JITTER(Tier.RARE, "SHARE", "0.2", "By which share waits are longer or shorter at random."),
  ALSO_SVIX_HEADERS(
      Tier.RARE, "BOOL", "false", "Send signature headers as svix-* too, for receivers that move."),
  TEMP_DIR(
      Tier.RARE,
      "DIR",
      "",
      "Where native libraries are unpacked to be loaded. Unless set, in Java's folder for temporary"
          + " files, or beside the database where that one is read-only or mounted noexec."),
  CLOSE_TIMEOUT(Tier.RARE, "TIME", "10s", "How long a stop waits for deliveries under way."),
  HTTP_BODY_BYTES(Tier.RARE, "BYTES", "2m", "The largest body of a request to the API."),
  HTTP_HEADER_BYTES(Tier.RARE, "BYTES", "16k", "The largest head of a request to the API."),
  HTTP_BODY_TIMEOUT(Tier.RARE, "TIME", "30s", "How long a body may take to arrive."),
  HTTP_IDLE_TIMEOUT(
      Tier.RARE, "TIME", "75s", "How long a connection may go without the head of a request."),
  HTTP_WRITE_TIMEOUT(Tier.RARE, "TIME", "30s", "How long a client may read nothing of its answer."),
  HTTP_CONNECTIONS(Tier.RARE, "N", "10000", "Connections to the API at the same time."),
  HTTP_CONNECTIONS_PER_ADDRESS(
      Tier.RARE,
      "N",
      "1000",
      "How many of them one client address may have; 0 for all, behind a proxy that all come"
          + " through."),
  FAILED_AUTH_LIMIT(
      Tier.RARE,
      "N",
      "30",
      "Wrong tokens from one address within a minute before more are answered with 429.");

  /** How often people touch a setting. */
  public enum Tier {
    ESSENTIAL("Essential"),
    OFTEN("Often used"),
    RARE("Rarely used");

    private final String heading;

    Tier(String heading) {
      this.heading = heading;
    }

    /** Returns what the group is called. */
    public String heading() {
      return heading;
    }
  }

  private final Tier tier;
  private final String label;
  private final String defaultValue;
  private final String help;

  Setting(Tier tier, String label, String fallback, String help) {
    this.tier = tier;
    this.label = label;
    this.defaultValue = fallback;
    this.help = help;
  }

  /** Returns the setting's name in files: {@code retry-schedule}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Returns its flag: {@code --retry-schedule}. */
  public String flag() {
    return "--" + key();
  }

  /** Returns its environment variable: {@code POSTHORN_RETRY_SCHEDULE}. */
  public String variable() {
    return "POSTHORN_" + name();
  }

  /** Returns an environment variable of a standard that says the same, or null. */
  public @Nullable String standardVariable() {
    return switch (this) {
      case OTEL_ENDPOINT -> "OTEL_EXPORTER_OTLP_ENDPOINT";
      case OTEL_HEADERS -> "OTEL_EXPORTER_OTLP_HEADERS";
      default -> null;
    };
  }

  /** Returns how often people touch it. */
  public Tier tier() {
    return tier;
  }

  /** Returns what stands for its value in help. */
  public String label() {
    return label;
  }

  /** Returns its value unless something else is said; empty for none. */
  public String defaultValue() {
    return defaultValue;
  }

  /** Returns what it does. */
  public String help() {
    return help;
  }

  /** Returns whether its value is never shown. */
  public boolean isSecret() {
    return this == SECRET_KEY
        || this == JWT_SECRET
        || this == ADMIN_TOKEN
        || this == PROXY
        || this == OTEL_HEADERS;
  }

  /** Returns the setting with a key, or null. */
  public static @Nullable Setting of(String key) {
    for (Setting setting : values()) {
      if (setting.key().equals(key)) {
        return setting;
      }
    }
    return null;
  }
}
