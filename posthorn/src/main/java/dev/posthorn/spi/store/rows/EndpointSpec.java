package dev.posthorn.spi.store.rows;

import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The settings of an endpoint that its owner chooses. Drafts, rows, changes and views of an
 * endpoint all hold a spec, so a new setting needs to be added only here. Derive another spec with
 * {@link #toBuilder()}; only the builder may pass the components by position.
 *
 * @param uid the host's own name for it, unique within the application, or null
 * @param url the URL of its receiver
 * @param description a note for people
 * @param eventTypes patterns of the event types it wants; empty means all
 * @param channels the channels it listens to; empty means all
 * @param metadata the host's own notes
 * @param policy its delivery rules
 */
public record EndpointSpec(
    @Nullable String uid,
    String url,
    String description,
    List<String> eventTypes,
    List<String> channels,
    Map<String, String> metadata,
    EndpointPolicy policy) {

  /**
   * Creates a spec. Values that most endpoints share are stored once, since all endpoints are in
   * memory.
   */
  public EndpointSpec {
    description = description.isEmpty() ? "" : description;
    eventTypes = List.copyOf(eventTypes);
    channels = List.copyOf(channels);
    metadata = Map.copyOf(metadata);
    policy = policy.equals(EndpointPolicy.DEFAULT) ? EndpointPolicy.DEFAULT : policy;
  }

  /** Returns a builder of a spec with a URL and defaults for everything else. */
  public static Builder to(String url) {
    return new Builder(url);
  }

  /** Returns a builder that starts from this spec. */
  public Builder toBuilder() {
    Builder builder = new Builder(url);
    builder.uid = uid;
    builder.description = description;
    builder.eventTypes = eventTypes;
    builder.channels = channels;
    builder.metadata = metadata;
    builder.policy = policy;
    return builder;
  }

  /** Builder of specs. It checks nothing, because a limit applies only if the value is new. */
  public static final class Builder {
    private @Nullable String uid;
    private String url;
    private String description = "";
    private List<String> eventTypes = List.of();
    private List<String> channels = List.of();
    private Map<String, String> metadata = Map.of();
    private EndpointPolicy policy = EndpointPolicy.DEFAULT;

    private Builder(String url) {
      this.url = url;
    }

    /** Sets the host's own name for the endpoint, or null for none. */
    public Builder uid(@Nullable String name) {
      this.uid = name;
      return this;
    }

    /** Sets the URL of its receiver. */
    public Builder url(String text) {
      this.url = text;
      return this;
    }

    /** Sets a note for people. */
    public Builder description(String text) {
      this.description = text;
      return this;
    }

    /** Sets patterns of the event types it wants; empty means all. */
    public Builder eventTypes(List<String> patterns) {
      this.eventTypes = patterns;
      return this;
    }

    /** Sets the channels it listens to; empty means all. */
    public Builder channels(List<String> names) {
      this.channels = names;
      return this;
    }

    /** Sets the host's own notes. */
    public Builder metadata(Map<String, String> notes) {
      this.metadata = notes;
      return this;
    }

    /** Sets its delivery rules. */
    public Builder policy(EndpointPolicy rules) {
      this.policy = rules;
      return this;
    }

    /** Changes some of its delivery rules. */
    public Builder policy(UnaryOperator<EndpointPolicy.Builder> change) {
      return policy(change.apply(policy.toBuilder()).build());
    }

    /** Returns the spec. */
    public EndpointSpec build() {
      return new EndpointSpec(uid, url, description, eventTypes, channels, metadata, policy);
    }
  }
}
