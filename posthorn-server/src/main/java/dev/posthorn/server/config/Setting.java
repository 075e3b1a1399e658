package dev.posthorn.server.config;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A setting of the server. This list is the single source of flags, environment variables,
 * configuration keys and help.
 */
public enum Setting {
  DB(Tier.ESSENTIAL, "FILE", "posthorn.db", "The database file; created if it is missing."),
  STORE(
      Tier.ESSENTIAL,
      "URL",
      "",
      "A PostgreSQL database to store in instead of a file: postgresql://USER@HOST/DATABASE,"
          + " with the parameters of its JDBC driver."),
  LISTEN(Tier.ESSENTIAL, "HOST:PORT", "127.0.0.1:8071", "The address of the API."),
  SECRET_KEY(
      Tier.ESSENTIAL,
      "KEY",
      "",
      "The key that encrypts secrets in the database: 32 bytes in base64 or hex."
          + " Required. During a rotation, both keys with their numbers, newest first:"
          + " 2:NEW,1:OLD."),
  JWT_SECRET(Tier.ESSENTIAL, "SECRET", "", "The secret that signs the JWTs to accept (HS256)."),
  ALLOW_NETWORK(
      Tier.ESSENTIAL, "CIDR,…", "", "Networks to deliver to, in addition to public addresses."),

  ADMIN_LISTEN(
      Tier.OFTEN,
      "HOST:PORT",
      "127.0.0.1:8072",
      "The address of the admin listener (health, metrics, backups); none turns it off."),
  ADMIN_TOKEN(
      Tier.OFTEN,
      "TOKEN",
      "",
      "A bearer token for changes over the admin listener, at least 16 characters, in"
          + " addition to the one that each start writes to a file beside the database. Needed for"
          + " changes if the store is a PostgreSQL database."),
  STORE_PASSWORD(
      Tier.OFTEN,
      "WORD",
      "",
      "The password of the database's user. Also read from PGPASSWORD and ~/.pgpass."),
  SCHEMA(Tier.OFTEN, "NAME", "posthorn", "The schema in the PostgreSQL database."),
  SCHEMA_MODE(
      Tier.OFTEN,
      "MODE",
      "create",
      "The treatment of the schema at the start: create, which also upgrades it; check; or none."),
  RETRY_SCHEDULE(
      Tier.OFTEN,
      "WAITS",
      "5s,5m,30m,2h,5h,10h,10h",
      "The waits before retries; none for a single attempt."),
  REQUEST_TIMEOUT(Tier.OFTEN, "TIME", "20s", "The timeout of a request to a receiver."),
  RETENTION(Tier.OFTEN, "TIME", "90d", "The time that messages and attempts are kept."),
  DISABLE_AFTER(
      Tier.OFTEN,
      "TIME",
      "5d",
      "The time without a success after which a failing endpoint is disabled."),
  STRICT(
      Tier.OFTEN,
      "BOOL",
      "false",
      "Reject messages of unknown event types, and requests with unknown fields."),
  LOG_LEVEL(
      Tier.OFTEN, "LEVEL", "info", "The lowest level to log: error, warn, info, debug or trace."),
  LOG_FORMAT(
      Tier.OFTEN, "FORMAT", "text", "The format of logs: text, or json with one object per line."),
  TLS_CERT(Tier.OFTEN, "FILE", "", "The API's certificate chain (PEM); enables HTTPS."),
  TLS_KEY(Tier.OFTEN, "FILE", "", "The certificate's private key (PEM, PKCS #8)."),
  ADMIN_TLS_CERT(
      Tier.OFTEN, "FILE", "", "The admin listener's certificate chain (PEM); enables HTTPS."),
  ADMIN_TLS_KEY(Tier.OFTEN, "FILE", "", "The private key of that certificate (PEM, PKCS #8)."),
  PUBLIC_URL(
      Tier.OFTEN,
      "URL",
      "",
      "The URL at which browsers reach the API, such as https://hooks.example.com. Links"
          + " to the portal start with it. Default: the address of the API."),
  CORS_ORIGIN(
      Tier.OFTEN,
      "ORIGIN,…",
      "",
      "Origins whose pages may use the API and show the portal in a frame, such as"
          + " https://app.example.com; * lets any origin use the API."),
  PROXY(
      Tier.OFTEN,
      "URL",
      "",
      "The HTTP proxy for all deliveries: http://[USER:PASSWORD@]HOST:PORT."),
  PROXY_RESOLVE(
      Tier.OFTEN,
      "WHERE",
      "local",
      "The resolver of receivers' names behind a proxy: local, which checks their"
          + " addresses here; or proxy, which must then refuse private addresses itself."),
  TRUSTED_CERTIFICATES(
      Tier.OFTEN,
      "FILE",
      "",
      "Certificates to trust for receivers, in addition to the JDK's (PEM)."),

  OTEL_ENDPOINT(
      Tier.OFTEN,
      "URL",
      "",
      "The OpenTelemetry collector to send traces to (OTLP over HTTP), such as"
          + " http://127.0.0.1:4318."),

  SMTP_URL(
      Tier.OFTEN,
      "URL",
      "",
      "The server for e-mails with alerts: smtp://[USER:PASSWORD@]HOST[:PORT], which must offer"
          + " STARTTLS unless ?tls=none follows; or smtps://…."),
  ALERT_FROM(Tier.OFTEN, "ADDRESS", "", "The sender of e-mails with alerts."),
  ALERT_EMAIL(
      Tier.OFTEN,
      "ADDRESS,…",
      "",
      "The recipients of all e-mails with alerts, besides the one that an application's metadata"
          + " names (alertEmail)."),
  ALERT_URL(
      Tier.OFTEN,
      "URL",
      "",
      "A URL of Slack, Teams or a similar chat that gets all alerts, besides the one that an"
          + " application's metadata names (alertUrl)."),
  ALERT_LINK(
      Tier.OFTEN,
      "URL",
      "",
      "The link to an endpoint in alerts, with {application} and {endpoint} for their ids. Default:"
          + " the console's."),

  PORTAL_NAME(Tier.OFTEN, "NAME", "", "The name above the portal, such as that of your product."),
  PORTAL_LOGO(
      Tier.OFTEN, "FILE", "", "The picture beside that name: .svg, .png, .jpg or .webp, 100 KB."),
  PORTAL_COLOR(
      Tier.OFTEN,
      "LIGHT[,DARK]",
      "",
      "The color of links and buttons in the portal, such as #0b5c8a, and in dark mode."),
  PORTAL_LANGUAGE(
      Tier.OFTEN,
      "LANGUAGE",
      "auto",
      "The language of the portal: en, de or pt; auto for that of the browser."),

  ADMIN_HOST(
      Tier.RARE,
      "NAME,…",
      "",
      "Host names under which the admin listener accepts changes, besides addresses and"
          + " localhost."),
  OTEL_HEADERS(Tier.RARE, "NAME=VALUE,…", "", "Headers for the collector, such as an API key."),
  OTEL_SHARE(
      Tier.RARE,
      "SHARE",
      "1",
      "The fraction of messages to trace, unless the request has a sampling decision."),
  RESOLV_CONF(
      Tier.RARE,
      "FILE",
      "",
      "A file with name servers and search domains to use instead of /etc/resolv.conf, in"
          + " the same format; a name server may have a port: [10.0.0.53]:5353."),
  MAX_IN_FLIGHT(
      Tier.RARE,
      "N",
      "8192",
      "The maximum number of deliveries in flight; also the most repeats after a crash."),
  ENDPOINTS_PER_APPLICATION(
      Tier.RARE,
      "N",
      "1000",
      "The maximum number of endpoints of one application; all of them are in memory."),
  CONCURRENCY(Tier.RARE, "N", "64", "The maximum number of concurrent requests to one endpoint."),
  MAX_PAYLOAD_SIZE(Tier.RARE, "BYTES", "1m", "The maximum size of a message's payload."),
  JITTER(Tier.RARE, "SHARE", "0.2", "The fraction by which retry waits vary at random."),
  SVIX_HEADERS(
      Tier.RARE,
      "BOOL",
      "false",
      "Also send signature headers as svix-*, for receivers that migrate."),
  TEMP_DIR(
      Tier.RARE,
      "DIR",
      "",
      "The folder to unpack native libraries to. Default: Java's temporary folder, or the"
          + " database's folder if that is read-only or mounted noexec."),
  SINGLE_OWNER(
      Tier.RARE,
      "BOOL",
      "false",
      "Let one process own the PostgreSQL schema while others wait for it. Otherwise, processes"
          + " share it, each with a part of the applications. The same for all processes."),
  NODE_NAME(
      Tier.RARE,
      "NAME",
      "",
      "The name of this process among those that share the PostgreSQL schema. Default: the host's"
          + " name."),
  LEASE(
      Tier.RARE,
      "TIME",
      "10s",
      "The time for which a process owns its part of the PostgreSQL schema after its last renewal;"
          + " renewed five times in it."),
  STORE_READERS(
      Tier.RARE, "N", "4", "The maximum number of PostgreSQL connections for the engine's reads."),
  STORE_LIST_READERS(
      Tier.RARE, "N", "2", "The maximum number of PostgreSQL connections for lists of the API."),
  STORE_READ_TIMEOUT(
      Tier.RARE, "TIME", "30s", "The time after which PostgreSQL ends a statement that reads."),
  PARTITIONED_HISTORY(
      Tier.RARE,
      "BOOL",
      "true",
      "Keep messages and attempts in PostgreSQL tables by day, which retention drops; only for a"
          + " new schema."),
  INBOX(
      Tier.RARE,
      "URL",
      "",
      "A PostgreSQL database of yours with an inbox, whose rows the server stores as messages:"
          + " postgresql://USER@HOST/DATABASE."),
  INBOX_PASSWORD(Tier.RARE, "WORD", "", "The password of that database's user."),
  INBOX_TABLE(Tier.RARE, "NAME", "posthorn_inbox", "The table with the rows."),
  INBOX_ENVIRONMENT(
      Tier.RARE,
      "NAME",
      "org_default",
      "The environment whose applications the rows are for; created if it is missing."),
  CLOSE_TIMEOUT(Tier.RARE, "TIME", "10s", "The time that a stop waits for deliveries in flight."),
  HTTP_BODY_BYTES(Tier.RARE, "BYTES", "2m", "The maximum size of a request's body."),
  HTTP_HEADER_BYTES(Tier.RARE, "BYTES", "16k", "The maximum size of a request's head."),
  HTTP_BODY_TIMEOUT(
      Tier.RARE, "TIME", "30s", "The time within which a request's body must arrive."),
  HTTP_IDLE_TIMEOUT(
      Tier.RARE, "TIME", "75s", "The time that a connection may stay open without a request."),
  HTTP_WRITE_TIMEOUT(
      Tier.RARE, "TIME", "30s", "The time that a client may read nothing of its response."),
  HTTP_CONNECTIONS(Tier.RARE, "N", "10000", "The maximum number of connections to the API."),
  HTTP_CONNECTIONS_PER_ADDRESS(
      Tier.RARE,
      "N",
      "1000",
      "The maximum number of connections per client address; 0 for no limit, behind a"
          + " proxy that all clients share."),
  FAILED_AUTH_LIMIT(
      Tier.RARE,
      "N",
      "30",
      "The maximum number of invalid tokens per client address and minute; further ones get"
          + " 429.");

  /** The frequency of use of a setting. */
  public enum Tier {
    ESSENTIAL("Essential"),
    OFTEN("Often used"),
    RARE("Rarely used");

    private final String heading;

    Tier(String heading) {
      this.heading = heading;
    }

    /** Returns the heading of the group. */
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

  /** Returns a standard environment variable for the same setting, or null. */
  public @Nullable String standardVariable() {
    return switch (this) {
      case OTEL_ENDPOINT -> "OTEL_EXPORTER_OTLP_ENDPOINT";
      case OTEL_HEADERS -> "OTEL_EXPORTER_OTLP_HEADERS";
      case STORE_PASSWORD -> "PGPASSWORD";
      default -> null;
    };
  }

  /** Returns its frequency of use. */
  public Tier tier() {
    return tier;
  }

  /** Returns the placeholder for its value in help. */
  public String label() {
    return label;
  }

  /** Returns its default value; empty for none. */
  public String defaultValue() {
    return defaultValue;
  }

  /** Returns its help text. */
  public String help() {
    return help;
  }

  /** Returns whether its value must never be shown. */
  public boolean isSecret() {
    return this == SECRET_KEY
        || this == JWT_SECRET
        || this == ADMIN_TOKEN
        || this == PROXY
        || this == OTEL_ENDPOINT // may have a password or a key in it
        || this == OTEL_HEADERS
        || this == STORE
        || this == STORE_PASSWORD
        || this == INBOX
        || this == SMTP_URL
        || this == ALERT_URL // whoever has it can write to the chat
        || this == INBOX_PASSWORD;
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
