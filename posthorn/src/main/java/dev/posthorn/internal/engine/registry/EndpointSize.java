package dev.posthorn.internal.engine.registry;

import dev.posthorn.spi.store.EndpointSpec;
import dev.posthorn.spi.store.SecretRow;
import java.util.Collection;

/**
 * What the settings of an endpoint take in memory: an estimate, in bytes. Those of an application
 * have a bound together, or one customer could take all memory with endpoints that each are within
 * theirs.
 */
final class EndpointSize {
  /** How much the endpoints of an application may take on the average if it has all it may have. */
  static final int MEAN = 16 * 1024;

  /** What there is besides texts. */
  private static final int ENDPOINT = 512;

  /** What a text costs that the endpoint is found by, or that stands in a map. */
  static final int INDEXED = 128;

  private EndpointSize() {}

  static long of(RegisteredEndpoint.Settings settings) {
    EndpointSpec spec = settings.row().spec();
    long size = (long) ENDPOINT + spec.url().length() + spec.description().length();
    size += texts(spec.eventTypes()) + texts(spec.channels());
    size += texts(spec.metadata().keySet()) + texts(spec.metadata().values());
    for (SecretRow secret : settings.secrets()) {
      size += INDEXED + secret.ciphertext().length;
    }
    return size;
  }

  private static long texts(Collection<String> texts) {
    long size = 0;
    for (String text : texts) {
      size += INDEXED + text.length();
    }
    return size;
  }
}
