package dev.posthorn;

import dev.posthorn.spi.wire.WireFormat;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The options of {@link PosthornOptions} to read back. */
abstract sealed class OptionReader permits PosthornOptions {
  private final OptionValues values;

  OptionReader(OptionValues values) {
    this.values = values;
  }

  /** Returns the values themselves. */
  final OptionValues values() {
    return values;
  }

  /** Returns the database file, or null if there is a PostgreSQL database. */
  public @Nullable Path file() {
    return values.file;
  }

  /** Returns the options of the PostgreSQL database, or null if there is a file. */
  public @Nullable PostgresqlOptions postgresql() {
    return values.postgresql;
  }

  /** Returns the retry schedule of endpoints that have none of their own. */
  public RetrySchedule retrySchedule() {
    return values.retrySchedule;
  }

  /** Returns the share by which waits are longer or shorter at random. */
  public double jitter() {
    return values.jitter;
  }

  /** Returns the time limit of a whole request. */
  public Duration requestTimeout() {
    return values.requestTimeout;
  }

  /** Returns the time with nothing but failures after which an endpoint is disabled. */
  public Duration disableAfter() {
    return values.disableAfter;
  }

  /** Returns the time for which messages and attempts are kept. */
  public Duration retention() {
    return values.retention;
  }

  /** Returns the time for which {@link Posthorn#send} and changes wait for the disk. */
  public Duration sendTimeout() {
    return values.sendTimeout;
  }

  /** Returns the time for which {@link Posthorn#close} waits for deliveries in flight. */
  public Duration closeTimeout() {
    return values.closeTimeout;
  }

  /**
   * Returns the time for which {@link Posthorn#open} waits for another process to close the file.
   */
  public Duration openTimeout() {
    return values.openTimeout;
  }

  /** Returns the maximum number of deliveries in flight at the same time. */
  public int maxInFlight() {
    return values.maxInFlight;
  }

  /** Returns the maximum number of concurrent requests to an endpoint that sets none itself. */
  public int concurrency() {
    return values.concurrency;
  }

  /** Returns the maximum size of a payload in bytes. */
  public int maxPayloadSize() {
    return values.maxPayloadSize;
  }

  /** Returns the CIDR blocks that are allowed besides public addresses. */
  public List<String> allowedNetworks() {
    return values.allowedNetworks;
  }

  /** Returns the PEM file of certificates that are trusted besides those of the JDK, or null. */
  public @Nullable Path trustedCertificates() {
    return values.trustedCertificates;
  }

  /** Returns the HTTP proxy of all requests, or null for none. */
  public @Nullable EgressProxy proxy() {
    return values.proxy;
  }

  /**
   * Returns the key file; unless set, {@code NAME.key} beside the file, or null if there is none.
   */
  public @Nullable Path keyFile() {
    Path set = values.keyFile;
    Path file = values.file;
    return set != null || file == null ? set : file.resolveSibling(file.getFileName() + ".key");
  }

  /** Returns the permissions of others than its owner that the key file may have. */
  public Set<PosixFilePermission> keyFilePermissions() {
    return values.keyFilePermissions;
  }

  /** Returns the key that replaces the key file, or null if there is a file. Keep it secret. */
  public @Nullable String secretKey() {
    return values.secretKey;
  }

  /** Returns the folder to unpack native libraries in, or null for the default. */
  public @Nullable Path tempFolder() {
    return values.tempFolder;
  }

  /** Returns whether signature headers are also sent as {@code svix-*}. */
  public boolean svixHeaders() {
    return values.svixHeaders;
  }

  /** Returns whether unknown event types are rejected. */
  public boolean strictEventTypes() {
    return values.strictEventTypes;
  }

  /** Returns the mapper that writes payload objects as JSON, or null for Jackson 3. */
  public @Nullable PayloadMapper json() {
    return values.json;
  }

  /** Returns the options of the inbox, or null if there is none. */
  public @Nullable InboxOptions inbox() {
    return values.inbox;
  }

  /** Returns the wire formats that were added to the standard one. */
  public List<WireFormat> wireFormats() {
    return values.wireFormats;
  }

  /** Returns the source of time. */
  public InstantSource clock() {
    return values.clock;
  }
}
