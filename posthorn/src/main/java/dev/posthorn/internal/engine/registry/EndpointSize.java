package dev.posthorn.internal.engine.registry;

import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EndpointSpec;
import dev.posthorn.spi.store.rows.SecretRow;
import java.util.Collection;

/**
 * The memory that the settings of an endpoint take: an estimate, in bytes. Those of an application
 * have a bound together, or one customer could take all memory with endpoints that each are within
 * theirs.
 */
final class EndpointSize {
  /**
   * The most memory for each endpoint, on average, of an application that has as many as it may
   * have.
   */
  static final int MEAN = 16 * 1024;

  /** The size of an endpoint besides its texts. */
  private static final int ENDPOINT = 512;

  /** The size of an indexed text, or one in a map, besides its characters. */
  static final int INDEXED = 128;

  private EndpointSize() {}

  /** Returns the size of an endpoint with its secrets. */
  static long of(RegisteredEndpoint.Settings settings) {
    long size = of(settings.row());
    for (SecretRow secret : settings.secrets()) {
      size += of(secret);
    }
    return size;
  }

  /** Returns the size of an endpoint without its secrets. */
  static long of(EndpointRow row) {
    EndpointSpec spec = row.spec();
    long size = (long) ENDPOINT + spec.url().length() + spec.description().length();
    size += texts(spec.eventTypes()) + texts(spec.channels());
    size += texts(spec.metadata().keySet()) + texts(spec.metadata().values());
    return size;
  }

  /** Returns the size of a secret. */
  static long of(SecretRow secret) {
    return INDEXED + (long) secret.ciphertext().length;
  }

  private static long texts(Collection<String> texts) {
    long size = 0;
    for (String text : texts) {
      size += INDEXED + text.length();
    }
    return size;
  }
}
