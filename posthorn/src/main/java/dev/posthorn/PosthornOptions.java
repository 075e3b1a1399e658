package dev.posthorn;

import dev.posthorn.internal.api.Checks;
import dev.posthorn.internal.api.Payloads;
import dev.posthorn.internal.crypto.Keyring;
import dev.posthorn.internal.crypto.SecretKey;
import dev.posthorn.internal.engine.base.EngineLimits;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.file.FileModes;
import dev.posthorn.internal.rules.OptionRules;
import dev.posthorn.internal.wire.StandardWireFormat;
import dev.posthorn.spi.transport.AddressPolicy;
import dev.posthorn.spi.transport.ExchangeLimits;
import dev.posthorn.spi.wire.WireFormat;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How Posthorn is opened. Only the file is needed; everything else has a default.
 *
 * <p>Essential: the file. Often used: {@link #retrySchedule}, {@link #requestTimeout}, {@link
 * #allowNetworks}, {@link #retention}. Rarely used: the rest. A value that cannot be throws {@link
 * PosthornException} with INVALID at once.
 */
public final class PosthornOptions {
  public final Path file;
  RetrySchedule retrySchedule = RetrySchedule.standard();
  Duration requestTimeout = Duration.ofSeconds(20);
  Duration retention = Duration.ofDays(90);
  public Duration closeTimeout = Duration.ofSeconds(10);
  public Duration sendTimeout = Duration.ofSeconds(10);
  Duration openTimeout = Duration.ZERO;
  AddressPolicy addresses = AddressPolicy.publicOnly();
  double jitter = 0.2;
  Duration disableAfter = Duration.ofDays(5);
  int permits = EngineOptions.DEFAULT.limits().permits();
  int concurrency = EngineOptions.DEFAULT.limits().concurrency();
  int largestPayload = EngineOptions.DEFAULT.limits().payloadBytes();
  public @Nullable Path keyFile;
  public Set<PosixFilePermission> keyFilePermissions = Set.of();
  public @Nullable Keyring secretKey;
  public @Nullable Path tempFolder;
  @Nullable Path trustedCertificates;
  @Nullable EgressProxy proxy;
  public boolean strictEventTypes;
  @Nullable PayloadMapper mapper;
  public InstantSource clock = InstantSource.system();
  public final List<WireFormat> formats = new ArrayList<>();

  private PosthornOptions(Path file) {
    this.file = file;
    formats.add(new StandardWireFormat(false));
  }

  /** Returns options for a database file; it is created when it does not exist. */
  public static PosthornOptions file(Path file) {
    return new PosthornOptions(file);
  }

  /** Sets when deliveries are attempted again, unless an endpoint has its own schedule. */
  public PosthornOptions retrySchedule(RetrySchedule schedule) {
    this.retrySchedule = schedule;
    return this;
  }

  /** Sets how long one request may take as a whole: 1 s to 10 min; 20 s unless set. */
  public PosthornOptions requestTimeout(Duration timeout) {
    this.requestTimeout = Checks.within("requestTimeout", timeout, OptionRules.REQUEST_TIMEOUT);
    return this;
  }

  /**
   * Allows addresses that are refused otherwise, such as loopback or private ones.
   *
   * @param blocks CIDR blocks such as {@code 127.0.0.0/8}
   */
  public PosthornOptions allowNetworks(String... blocks) {
    try {
      this.addresses = AddressPolicy.allowing(blocks);
    } catch (IllegalArgumentException e) {
      throw PosthornException.invalid("allowNetworks", String.valueOf(e.getMessage()));
    }
    return this;
  }

  /** Sets how long messages and attempts are kept: 1 h to 36,500 days; 90 days unless set. */
  public PosthornOptions retention(Duration time) {
    this.retention = Checks.within("retention", time, OptionRules.RETENTION);
    return this;
  }

  /** Sends signature headers as {@code svix-*} too, for receivers that migrate. */
  public PosthornOptions alsoSvixHeaders() {
    formats.set(0, new StandardWireFormat(true));
    return this;
  }

  /**
   * Refuses messages, and wishes of endpoints, of event types that {@link Posthorn#eventTypes} does
   * not have: a typing mistake is an error then, and not a message that matches no endpoint.
   */
  public PosthornOptions strictEventTypes() {
    this.strictEventTypes = true;
    return this;
  }

  /**
   * Sets what writes payload objects as JSON, in place of Jackson 3: the mapper that your program
   * has anyway, with its modules and annotations. It gets all payloads but strings and bytes.
   */
  public PosthornOptions json(PayloadMapper mapper) {
    this.mapper = Checks.present("json", mapper);
    return this;
  }

  /** Adds a wire format that endpoints can choose by its name. */
  public PosthornOptions wireFormat(WireFormat format) {
    formats.add(format);
    return this;
  }

  /** Sets by which share waits are longer or shorter at random, 0 to 1; 0.2 unless set. */
  public PosthornOptions jitter(double share) {
    if (!(share >= 0 && share <= 1)) {
      throw PosthornException.invalid("jitter", "must be between 0 and 1, not " + share);
    }
    this.jitter = share;
    return this;
  }

  /**
   * Sets how long {@link Posthorn#close} waits for what is under way: up to 1 h; 10 s unless set.
   */
  public PosthornOptions closeTimeout(Duration timeout) {
    this.closeTimeout = Checks.within("closeTimeout", timeout, OptionRules.CLOSE_TIMEOUT);
    return this;
  }

  /**
   * Sets how long {@link Posthorn#send} and changes wait for the disk: 1 ms to 1 h; 10 s unless
   * set.
   */
  public PosthornOptions sendTimeout(Duration timeout) {
    this.sendTimeout = Checks.within("sendTimeout", timeout, OptionRules.SEND_TIMEOUT);
    return this;
  }

  /**
   * Sets how long {@link Posthorn#open} waits for another process to close the file: up to 1 h; not
   * at all unless set. For a restart where the new process begins before the old one has ended.
   */
  public PosthornOptions openTimeout(Duration timeout) {
    this.openTimeout = Checks.within("openTimeout", timeout, OptionRules.OPEN_TIMEOUT);
    return this;
  }

  /**
   * Sets after how long with nothing but failures an endpoint is disabled: 1 s to 366 days; 5 days
   * unless set.
   */
  public PosthornOptions disableAfter(Duration time) {
    this.disableAfter = Checks.within("disableAfter", time, OptionRules.DISABLE_AFTER);
    return this;
  }

  /** Sets how many deliveries may be under way together, 1 to 65,536; 8,192 unless set. */
  public PosthornOptions permits(int deliveries) {
    this.permits = Checks.within("permits", deliveries, OptionRules.PERMITS);
    return this;
  }

  /**
   * Sets how many requests an endpoint gets at the same time, unless it says: 1 to 1,024; 64 unless
   * set.
   */
  public PosthornOptions concurrency(int requests) {
    this.concurrency = Checks.within("concurrency", requests, OptionRules.CONCURRENCY);
    return this;
  }

  /** Sets how many bytes a payload may have: 1 to 16 MiB; 1 MiB unless set. */
  public PosthornOptions largestPayload(int bytes) {
    this.largestPayload = Checks.within("largestPayload", bytes, OptionRules.PAYLOAD_BYTES);
    return this;
  }

  /**
   * Sets where the key file is; beside the database, as {@code NAME.key}, unless set. Only its
   * owner may be able to read it, unless {@link #keyFilePermissions} says more.
   */
  public PosthornOptions keyFile(Path keys) {
    this.keyFile = keys;
    return this;
  }

  /**
   * Sets which mode the key file may have at most, where its group has to read it too: {@code
   * rw-r-----} or {@code 0640}; {@code rw-------} unless set. Kubernetes gives mounted secrets the
   * mode 0440 and, with an {@code fsGroup}, files of a volume 0660. Others than owner and group may
   * never have access.
   */
  public PosthornOptions keyFilePermissions(String mode) {
    Set<PosixFilePermission> permissions =
        Checks.argument("keyFilePermissions", () -> FileModes.parse(mode));
    if (permissions.contains(PosixFilePermission.OTHERS_READ)
        || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
      throw PosthornException.invalid(
          "keyFilePermissions",
          "must not let others than owner and group read or change the file, but is " + mode);
    }
    this.keyFilePermissions = permissions;
    return this;
  }

  /**
   * Sets the key that encrypts secrets in the database, in the place of a key file: 32 bytes as
   * base64 or hexadecimal digits. While it is replaced, several with their numbers, such as {@code
   * 2:KEY,1:KEY}, of which the highest encrypts; what a key file holds as {@code 1 KEY} is {@code
   * 1:KEY} here. Keep it as long as the database: without it the secrets there are lost.
   */
  public PosthornOptions secretKey(String key) {
    this.secretKey = Checks.argument("secretKey", () -> SecretKey.keyring(key));
    return this;
  }

  /**
   * Sets where native libraries are unpacked to be loaded, which leaves nothing there. Unless set,
   * that is the folder for temporary files ({@code java.io.tmpdir}), or that of the database if
   * nothing can be loaded from the other one. They are loaded once, by what is opened first.
   */
  public PosthornOptions tempFolder(Path folder) {
    this.tempFolder = folder;
    return this;
  }

  /** Sets a PEM file with certificates to trust beside the JDK's. */
  public PosthornOptions trustedCertificates(Path pemFile) {
    this.trustedCertificates = pemFile;
    return this;
  }

  /**
   * Sets an HTTP proxy that all requests go through. It gets the addresses that were checked, or
   * names if it {@linkplain EgressProxy#resolvingNames resolves them}.
   */
  public PosthornOptions proxy(EgressProxy egress) {
    this.proxy = egress;
    return this;
  }

  /**
   * Sets the source of time, for tests; the machine's clock unless set. With a source that a test
   * moves on, a retry in ten hours takes no time at all.
   *
   * <ul>
   *   <li>All times that are stored or shown come from this source: ids, the times of messages and
   *       attempts, signature timestamps. {@code deliverAt} and {@code expiresAt} are compared with
   *       it.
   *   <li>All waits of the engine follow it: retries, deadlines, rate limits, circuit breakers,
   *       {@link #disableAfter}, {@link #retention}. While the source stands still, no wait ends. A
   *       leap forward counts as elapsed time, and everything due by then starts within a few
   *       hundredths of a second.
   *   <li>If the source is set back, ids and order still go forward only, and pending waits keep
   *       their remaining length.
   *   <li>Everything that depends on others uses real time: requests and their timeouts, {@link
   *       #sendTimeout}, {@link #closeTimeout}, {@link Messages#await}, and the pauses before a
   *       failed write is tried again.
   * </ul>
   */
  public PosthornOptions clock(InstantSource source) {
    this.clock = Checks.present("clock", source);
    return this;
  }

  /** Returns where the key file is. */
  public Path keys() {
    return keyFile != null ? keyFile : file.resolveSibling(file.getFileName() + ".key");
  }

  public Payloads payloads() {
    return new Payloads(mapper);
  }

  public EngineOptions engine() {
    EngineOptions defaults = EngineOptions.DEFAULT;
    EngineLimits limits = defaults.limits();
    return defaults
        .withRetryWaits(retrySchedule.millis())
        .withJitter(jitter)
        .withExchange(ExchangeLimits.DEFAULT.within((int) requestTimeout.toMillis()))
        .withRetention(retention.toMillis())
        .withHealth(
            defaults.health().toBuilder().disableAfterMillis(disableAfter.toMillis()).build())
        .withLimits(
            limits.toBuilder()
                .permits(permits)
                .window(Math.min(limits.window(), permits))
                .firstWindow(Math.min(limits.firstWindow(), permits))
                .concurrency(concurrency)
                .payloadBytes(largestPayload)
                .build());
  }

  public SqliteOptions store() {
    return SqliteOptions.defaults().withLockWait(openTimeout);
  }

  public HttpTransportOptions transport() {
    HttpTransportOptions.Builder builder = HttpTransportOptions.builder().addresses(addresses);
    if (trustedCertificates != null) {
      builder.trustedCertificates(trustedCertificates);
    }
    if (proxy != null) {
      builder.proxy(proxy);
    }
    return builder.build();
  }
}
