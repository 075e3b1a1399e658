package dev.posthorn.spring.boot;

import dev.posthorn.PostgresqlOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The properties {@code posthorn.*}. Defaults and ranges are those of {@link
 * dev.posthorn.PosthornOptions}, except for the file and the open timeout.
 *
 * @param enabled Whether to open Posthorn as a bean.
 * @param store Storage of messages and deliveries.
 * @param inbox Sending within database transactions.
 * @param keys Encryption of secrets in the store.
 * @param messages Acceptance and retention of messages.
 * @param delivery Delivery of messages.
 * @param network Receivers that may be reached.
 */
@ConfigurationProperties("posthorn")
public record PosthornProperties(
    @DefaultValue("true") boolean enabled,
    @DefaultValue Store store,
    @DefaultValue Inbox inbox,
    @DefaultValue Keys keys,
    @DefaultValue Messages messages,
    @DefaultValue Delivery delivery,
    @DefaultValue Network network) {

  /**
   * The properties {@code posthorn.store.*}.
   *
   * @param type Kind of store. By default PostgreSQL if the only or primary DataSource connects to
   *     it, or if there is a URL; else a file.
   * @param file Database file, which is created if it does not exist. Place it on a volume that
   *     outlives the process; 'webhooks.db' in the working directory unless set.
   * @param openTimeout Time to wait for another process to close the file, up to 1 h: a restart in
   *     which the new process starts before the old one has ended.
   * @param tempFolder Folder to unpack native libraries in. By default the folder for temporary
   *     files, or that of the database if no library can be loaded from there.
   * @param postgresql The store on PostgreSQL.
   */
  public record Store(
      @DefaultValue("auto") StoreType type,
      @Nullable Path file,
      @DefaultValue("30s") Duration openTimeout,
      @Nullable Path tempFolder,
      @DefaultValue Postgresql postgresql) {

    /** Name of the file if none is set. */
    public static final String DEFAULT_FILE = "webhooks.db";
  }

  /** Kinds of stores. */
  public enum StoreType {
    /** PostgreSQL if the program has it, else a file. */
    AUTO,
    /** A file. */
    FILE,
    /** PostgreSQL. */
    POSTGRESQL
  }

  /**
   * The properties {@code posthorn.store.postgresql.*}.
   *
   * @param url URL of the database with user and password, if it is not that of the DataSource:
   *     'postgresql://host/database?user=…'.
   * @param schema Schema that has the tables, and nothing else.
   * @param schemaMode Handling of the schema at the start: create or upgrade it, check it, or
   *     nothing.
   * @param readers Maximum number of concurrent reads for deliveries: up to 64.
   * @param listReaders Maximum number of concurrent lists: up to 64.
   * @param readTimeout Time after which the server ends a statement that reads: 1 s to 1 h.
   * @param openTimeout Time to wait until another process no longer owns the schema: up to 1 h.
   * @param leaseDuration Time for which a process owns the schema after its last renewal: 3 s to 5
   *     min.
   * @param leaseRenewal Interval at which it renews: at most a third of the duration.
   * @param partitionedHistory Whether messages and attempts are in tables by time, which retention
   *     drops.
   */
  public record Postgresql(
      @Nullable String url,
      @DefaultValue("posthorn") String schema,
      @DefaultValue("create") PostgresqlOptions.SchemaMode schemaMode,
      @DefaultValue("4") int readers,
      @DefaultValue("2") int listReaders,
      @DefaultValue("30s") Duration readTimeout,
      @DefaultValue("1m") Duration openTimeout,
      @DefaultValue("10s") Duration leaseDuration,
      @DefaultValue("2s") Duration leaseRenewal,
      @DefaultValue("true") boolean partitionedHistory) {

    /** Returns the values without the URL, which may have a password. */
    @Override
    public String toString() {
      return "Postgresql[schema=" + schema + ", schemaMode=" + schemaMode + "]";
    }
  }

  /** Handling of the inbox's table at the start. */
  public enum InboxSchemaMode {
    /** Creates it if it does not exist. */
    CREATE,
    /** Checks it. */
    CHECK
  }

  /**
   * The properties {@code posthorn.inbox.*}.
   *
   * @param enabled Whether sending joins the transaction of the DataSource, if there is one.
   * @param schemaMode Handling of the table at the start: create it if it does not exist, or only
   *     check it.
   * @param table Name of the table in the database of the DataSource; it may have a schema.
   * @param pollInterval Time after which rows that another process wrote are looked for: 10 ms to 1
   *     min.
   * @param pageSize Maximum number of rows that are read together: up to 1,000.
   * @param encryptPayloads Whether payloads are encrypted in the table.
   */
  public record Inbox(
      @DefaultValue("true") boolean enabled,
      @DefaultValue("create") InboxSchemaMode schemaMode,
      @DefaultValue("posthorn_inbox") String table,
      @DefaultValue("250ms") Duration pollInterval,
      @DefaultValue("500") int pageSize,
      @DefaultValue("false") boolean encryptPayloads) {}

  /**
   * The properties {@code posthorn.keys.*}.
   *
   * @param secret Key that encrypts secrets in the database, in place of a key file: 32 bytes as
   *     base64 or hexadecimal digits. During a replacement, several numbered keys such as
   *     '2:KEY,1:KEY'. Keep it as long as the database.
   * @param file Key file; by default NAME.key beside the database, created if it does not exist.
   * @param filePermissions Most permissive mode that the key file may have, such as '0440' for a
   *     mounted secret of Kubernetes; by default only its owner may have access.
   */
  public record Keys(
      @Nullable String secret, @Nullable Path file, @Nullable String filePermissions) {

    /** Returns the values without the secret. */
    @Override
    public String toString() {
      return "Keys[secret="
          + (secret == null ? "null" : "***")
          + ", file="
          + file
          + ", filePermissions="
          + filePermissions
          + "]";
    }
  }

  /**
   * The properties {@code posthorn.messages.*}.
   *
   * @param maxPayloadSize Maximum size of a payload: up to 16 MiB.
   * @param retention Time for which messages and attempts are kept: 1 h to 36,500 days.
   * @param sendTimeout Time for which sending and changes of settings wait for the disk: 1 ms to 1
   *     h.
   * @param strictEventTypes Whether messages and endpoints with event types that were not added are
   *     rejected, so that a typo is an error and not a message that matches no endpoint.
   */
  public record Messages(
      @DefaultValue("1MB") DataSize maxPayloadSize,
      @DefaultValue("90d") Duration retention,
      @DefaultValue("10s") Duration sendTimeout,
      @DefaultValue("false") boolean strictEventTypes) {}

  /**
   * The properties {@code posthorn.delivery.*}.
   *
   * @param retrySchedule Waits between the attempts of a delivery, for endpoints without a schedule
   *     of their own: at most 50, together at most 31 days. Empty for a single attempt.
   * @param jitter Share by which waits are longer or shorter at random: 0 to 1.
   * @param requestTimeout Time limit of a whole request: 1 s to 10 min.
   * @param disableAfter Time with nothing but failures after which an endpoint is disabled: 1 s to
   *     366 days.
   * @param maxInFlight Maximum number of deliveries in flight at the same time: up to 65,536. Also
   *     the most repeats after a crash.
   * @param concurrency Maximum number of concurrent requests to an endpoint that sets none itself:
   *     up to 1,024.
   * @param closeTimeout Time for which a stop of the application waits for deliveries in flight: up
   *     to 1 h. It comes on top of the grace period of the web server.
   * @param svixHeaders Whether signature headers are also sent as 'svix-*', for migrating
   *     receivers.
   */
  public record Delivery(
      @DefaultValue({"5s", "5m", "30m", "2h", "5h", "10h", "10h"}) List<Duration> retrySchedule,
      @DefaultValue("0.2") double jitter,
      @DefaultValue("20s") Duration requestTimeout,
      @DefaultValue("5d") Duration disableAfter,
      @DefaultValue("8192") int maxInFlight,
      @DefaultValue("64") int concurrency,
      @DefaultValue("10s") Duration closeTimeout,
      @DefaultValue("false") boolean svixHeaders) {}

  /**
   * The properties {@code posthorn.network.*}.
   *
   * @param allowed CIDR blocks to deliver to besides public addresses, such as '10.0.0.0/8';
   *     '127.0.0.0/8' for receivers on this machine.
   * @param trustedCertificates PEM file of certificates to trust besides those of the JDK.
   * @param proxy HTTP proxy of all requests to receivers.
   */
  public record Network(
      @DefaultValue List<String> allowed,
      @Nullable Path trustedCertificates,
      @Nullable Proxy proxy) {}

  /**
   * The properties {@code posthorn.network.proxy.*}.
   *
   * @param host Name or address of the proxy.
   * @param port Port of the proxy.
   * @param user User of Basic authentication.
   * @param password Password of Basic authentication.
   * @param resolveNames Whether the proxy gets names of hosts and resolves them. Then the proxy
   *     must refuse private addresses.
   */
  public record Proxy(
      @Nullable String host,
      @DefaultValue("3128") int port,
      @Nullable String user,
      @Nullable String password,
      @DefaultValue("false") boolean resolveNames) {

    /** Returns host and port, without user and password. */
    @Override
    public String toString() {
      return "Proxy[" + host + ":" + port + "]";
    }
  }
}
