package dev.posthorn;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint: a URL with secrets, filters, limits and a retry policy.
 *
 * @param id its id, such as {@code ep_…}
 * @param application the id of the application that it belongs to
 * @param settings its settings
 * @param state the state
 * @param created the time at which it was added
 * @param updated the time of the last change
 */
public record Endpoint(
    String id,
    String application,
    EndpointSettings settings,
    State state,
    Instant created,
    Instant updated) {

  /** Returns your own name for it, or null. */
  public @Nullable String uid() {
    return settings.uid();
  }

  /** Returns its URL. */
  public String url() {
    return settings.url();
  }

  /** Returns its description for people, or an empty string. */
  public String description() {
    return settings.description();
  }

  /** Returns patterns of the event types that it wants; empty for all. */
  public List<String> events() {
    return settings.events();
  }

  /** Returns the channels that it listens to; empty for all. */
  public List<String> channels() {
    return settings.channels();
  }

  /** Returns your own metadata. */
  public Map<String, String> metadata() {
    return settings.metadata();
  }

  /** The state of an endpoint. */
  public enum State {
    /** Deliveries are attempted. */
    ENABLED,
    /** New deliveries are accepted and held. */
    PAUSED,
    /** No new deliveries are accepted; pending ones are held. */
    DISABLED,
    /** Disabled by Posthorn: nothing but failures for days. */
    DISABLED_FAILING,
    /** Disabled by Posthorn: the receiver answered 410 Gone. */
    DISABLED_GONE
  }
}
