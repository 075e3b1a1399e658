package dev.posthorn.internal.engine.registry;

import dev.posthorn.spi.store.rows.EndpointSpec;
import dev.posthorn.spi.store.rows.EndpointState;
import dev.posthorn.spi.wire.Header;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint to be created.
 *
 * @param spec its settings; the caller has checked the URL
 * @param state whether it takes deliveries
 * @param secret its signing secret, or null for a new one
 * @param headers its custom headers
 */
public record EndpointDraft(
    EndpointSpec spec, EndpointState state, @Nullable String secret, List<Header> headers) {

  /** Returns a draft of an enabled endpoint with a new secret and no custom headers. */
  public static EndpointDraft of(EndpointSpec spec) {
    return new EndpointDraft(spec, EndpointState.ENABLED, null, List.of());
  }

  /** Returns the URL; the secret is in no log. */
  @Override
  public String toString() {
    return "EndpointDraft[" + spec.url() + "]";
  }
}
