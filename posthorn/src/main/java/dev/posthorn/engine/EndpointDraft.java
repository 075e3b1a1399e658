package dev.posthorn.engine;

import dev.posthorn.store.EndpointPolicy;
import dev.posthorn.store.EndpointState;
import dev.posthorn.wire.Header;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint to be created.
 *
 * @param uid the host's own name for it, or null
 * @param url where its deliveries go; checked by the caller
 * @param description a note for people
 * @param eventTypes patterns of the event types it wants; empty for all
 * @param channels the channels it listens to; empty for all
 * @param policy how it is delivered to
 * @param state whether it takes deliveries
 * @param metadata the host's own notes
 * @param secret its signing secret, or null for a new one
 * @param headers its custom headers
 */
public record EndpointDraft(
    @Nullable String uid,
    String url,
    String description,
    List<String> eventTypes,
    List<String> channels,
    EndpointPolicy policy,
    EndpointState state,
    Map<String, String> metadata,
    @Nullable String secret,
    List<Header> headers) {

  /** Says whose it is; the secret is in no log. */
  @Override
  public String toString() {
    return "EndpointDraft[" + url + "]";
  }
}
