package dev.posthorn;

import dev.posthorn.internal.api.Shown;
import dev.posthorn.spi.wire.WireFormat;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The values of {@link PosthornOptions}. A builder changes its own copy; that of built options
 * never changes.
 */
final class OptionValues {
  final @Nullable Path file;
  final @Nullable PostgresqlOptions postgresql;
  RetrySchedule retrySchedule = RetrySchedule.standard();
  double jitter = 0.2;
  Duration requestTimeout = Duration.ofSeconds(20);
  Duration disableAfter = Duration.ofDays(5);
  Duration retention = Duration.ofDays(90);
  Duration sendTimeout = Duration.ofSeconds(10);
  Duration closeTimeout = Duration.ofSeconds(10);
  Duration openTimeout = Duration.ZERO;
  int maxInFlight = 8_192;
  int concurrency = 64;
  int maxPayloadSize = 1 << 20;
  List<String> allowedNetworks = List.of();
  @Nullable Path trustedCertificates;
  @Nullable EgressProxy proxy;
  @Nullable Path keyFile;
  Set<PosixFilePermission> keyFilePermissions = Set.of();
  @Nullable String secretKey;
  @Nullable Path tempFolder;
  boolean svixHeaders;
  boolean strictEventTypes;
  @Nullable PayloadMapper json;
  @Nullable InboxOptions inbox;
  List<WireFormat> wireFormats = List.of();
  InstantSource clock = InstantSource.system();

  OptionValues(@Nullable Path file, @Nullable PostgresqlOptions postgresql) {
    this.file = file;
    this.postgresql = postgresql;
  }

  OptionValues copy() {
    OptionValues copy = new OptionValues(file, postgresql);
    copy.retrySchedule = retrySchedule;
    copy.jitter = jitter;
    copy.requestTimeout = requestTimeout;
    copy.disableAfter = disableAfter;
    copy.retention = retention;
    copy.sendTimeout = sendTimeout;
    copy.closeTimeout = closeTimeout;
    copy.openTimeout = openTimeout;
    copy.maxInFlight = maxInFlight;
    copy.concurrency = concurrency;
    copy.maxPayloadSize = maxPayloadSize;
    copy.allowedNetworks = allowedNetworks;
    copy.trustedCertificates = trustedCertificates;
    copy.proxy = proxy;
    copy.keyFile = keyFile;
    copy.keyFilePermissions = keyFilePermissions;
    copy.secretKey = secretKey;
    copy.tempFolder = tempFolder;
    copy.svixHeaders = svixHeaders;
    copy.strictEventTypes = strictEventTypes;
    copy.json = json;
    copy.inbox = inbox;
    copy.wireFormats = wireFormats;
    copy.clock = clock;
    return copy;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof OptionValues that && all().equals(that.all());
  }

  @Override
  public int hashCode() {
    return all().hashCode();
  }

  private List<@Nullable Object> all() {
    return Arrays.asList(
        file,
        postgresql,
        retrySchedule,
        jitter,
        requestTimeout,
        disableAfter,
        retention,
        sendTimeout,
        closeTimeout,
        openTimeout,
        maxInFlight,
        concurrency,
        maxPayloadSize,
        allowedNetworks,
        trustedCertificates,
        proxy,
        keyFile,
        keyFilePermissions,
        secretKey,
        tempFolder,
        svixHeaders,
        strictEventTypes,
        json,
        inbox,
        wireFormats,
        clock);
  }

  /** Returns the values that are not empty, without secrets. */
  @Override
  public String toString() {
    return new Shown(PosthornOptions.class)
        .with("file", file)
        .with("postgresql", postgresql)
        .with("retrySchedule", retrySchedule)
        .with("jitter", jitter)
        .with("requestTimeout", requestTimeout)
        .with("disableAfter", disableAfter)
        .with("retention", retention)
        .with("sendTimeout", sendTimeout)
        .with("closeTimeout", closeTimeout)
        .with("openTimeout", openTimeout)
        .with("maxInFlight", maxInFlight)
        .with("concurrency", concurrency)
        .with("maxPayloadSize", maxPayloadSize)
        .with("allowedNetworks", allowedNetworks)
        .with("trustedCertificates", trustedCertificates)
        .with("proxy", proxy)
        .with("keyFile", keyFile)
        .with("keyFilePermissions", keyFilePermissions)
        .hiding("secretKey", secretKey)
        .with("tempFolder", tempFolder)
        .with("svixHeaders", svixHeaders)
        .with("strictEventTypes", strictEventTypes)
        .with("json", json)
        .with("inbox", inbox)
        .with("wireFormats", wireFormats.stream().map(WireFormat::name).toList())
        .with("clock", clock)
        .toString();
  }
}
