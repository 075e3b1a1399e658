package dev.posthorn.internal.api;

import dev.posthorn.HttpTransportOptions;
import dev.posthorn.PosthornOptions;
import dev.posthorn.SqliteOptions;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.wire.StandardWireFormat;
import dev.posthorn.spi.transport.AddressPolicy;
import dev.posthorn.spi.transport.ExchangeLimits;
import dev.posthorn.spi.wire.WireFormat;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Maps {@link PosthornOptions} to the options of engine, store and transport. */
final class OptionMapping {
  private OptionMapping() {}

  static EngineOptions engine(PosthornOptions options) {
    EngineOptions defaults = EngineOptions.DEFAULT;
    return defaults
        .withRetryWaits(Waits.millis(options.retrySchedule()))
        .withJitter(options.jitter())
        .withExchange(ExchangeLimits.DEFAULT.within((int) options.requestTimeout().toMillis()))
        .withRetention(options.retention().toMillis())
        .withHealth(
            defaults.health().toBuilder()
                .disableAfterMillis(options.disableAfter().toMillis())
                .build())
        .withLimits(
            defaults.limits().toBuilder()
                .maxInFlight(options.maxInFlight())
                .window(Math.min(defaults.limits().window(), options.maxInFlight()))
                .firstWindow(Math.min(defaults.limits().firstWindow(), options.maxInFlight()))
                .concurrency(options.concurrency())
                .maxPayloadSize(options.maxPayloadSize())
                .build());
  }

  static SqliteOptions store(PosthornOptions options) {
    return SqliteOptions.builder().lockTimeout(options.openTimeout()).build();
  }

  static HttpTransportOptions transport(PosthornOptions options) {
    HttpTransportOptions.Builder builder =
        HttpTransportOptions.builder().addresses(AddressPolicy.allowing(options.allowedNetworks()));
    Path trusted = options.trustedCertificates();
    if (trusted != null) {
      builder.trustedCertificates(trusted);
    }
    if (options.proxy() != null) {
      builder.proxy(options.proxy());
    }
    return builder.build();
  }

  /** Returns all wire formats by name: the standard one, unless it is replaced, and those added. */
  static Map<String, WireFormat> formats(PosthornOptions options) {
    Map<String, WireFormat> formats = new LinkedHashMap<>();
    formats.put(StandardWireFormat.NAME, new StandardWireFormat(options.svixHeaders()));
    options.wireFormats().forEach(format -> formats.put(format.name(), format));
    return formats;
  }
}
