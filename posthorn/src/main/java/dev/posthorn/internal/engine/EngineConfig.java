package dev.posthorn.internal.engine;

import dev.posthorn.internal.crypto.Keyring;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.spi.wire.WireFormat;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Everything that an engine is started with besides its {@code EngineRuntime}. Immutable.
 *
 * @param options limits, retries and retention
 * @param keyring encrypts secrets
 * @param formats the wire formats that endpoints may choose, by name
 * @param random the source of jitter
 */
public record EngineConfig(
    EngineOptions options,
    Keyring keyring,
    Map<String, WireFormat> formats,
    RandomGenerator random) {

  /** Copies the formats. */
  public EngineConfig {
    formats = Map.copyOf(formats);
  }

  /** Returns this configuration with other options. */
  public EngineConfig withOptions(EngineOptions other) {
    return new EngineConfig(other, keyring, formats, random);
  }

  /** Returns this configuration with other wire formats. */
  public EngineConfig withFormats(Map<String, WireFormat> other) {
    return new EngineConfig(options, keyring, other, random);
  }
}
