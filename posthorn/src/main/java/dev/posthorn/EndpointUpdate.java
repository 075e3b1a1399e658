package dev.posthorn;

import dev.posthorn.internal.api.Checks;
import dev.posthorn.internal.api.Shown;
import dev.posthorn.internal.rules.EndpointRules;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A change of an endpoint; see {@link Endpoints#update}. A value that is not set, and so returned
 * as null, stays as it is. Immutable.
 *
 * <p>An invalid value throws {@link PosthornException} with INVALID as soon as it is set.
 */
public final class EndpointUpdate {
  private final Builder values;

  private EndpointUpdate(Builder values) {
    this.values = values;
  }

  /** Returns a builder for a change. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns a builder that starts with this change. */
  public Builder toBuilder() {
    return new Builder(values);
  }

  /** Returns the new URL. */
  public @Nullable String url() {
    return values.url;
  }

  /** Returns your own new name for the endpoint. */
  public @Nullable String uid() {
    return values.uid;
  }

  /** Returns the new description. */
  public @Nullable String description() {
    return values.description;
  }

  /** Returns the new patterns of event types; empty for all. */
  public @Nullable List<String> events() {
    return values.events;
  }

  /** Returns the new channels; empty for all. */
  public @Nullable List<String> channels() {
    return values.channels;
  }

  /** Returns the new metadata. */
  public @Nullable Map<String, String> metadata() {
    return values.metadata;
  }

  /** Returns whether messages are delivered in order from now on. */
  public @Nullable Boolean ordered() {
    return values.ordered;
  }

  /** Returns the new maximum number of requests per second; 0 for no limit. */
  public @Nullable Integer rateLimit() {
    return values.rateLimit;
  }

  /** Returns the new maximum number of concurrent requests; 0 for the default. */
  public @Nullable Integer concurrency() {
    return values.concurrency;
  }

  /** Returns the new time limit of a request. */
  public @Nullable Duration timeout() {
    return values.timeout;
  }

  /** Returns the new retry schedule. */
  public @Nullable RetrySchedule retrySchedule() {
    return values.retrySchedule;
  }

  /** Returns the name of the new wire format. */
  public @Nullable String wireFormat() {
    return values.wireFormat;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof EndpointUpdate that && values.all().equals(that.values.all());
  }

  @Override
  public int hashCode() {
    return values.all().hashCode();
  }

  /** Returns the values that are set, by name. */
  @Override
  public String toString() {
    String url = url();
    return new Shown(EndpointUpdate.class)
        .setting("url", url == null ? null : url.replaceFirst("\\?.*", "?…"))
        .setting("uid", uid())
        .setting("description", description())
        .setting("events", events())
        .setting("channels", channels())
        .setting("metadata", metadata())
        .setting("ordered", ordered())
        .setting("rateLimit", rateLimit())
        .setting("concurrency", concurrency())
        .setting("timeout", timeout())
        .setting("retrySchedule", retrySchedule())
        .setting("wireFormat", wireFormat())
        .toString();
  }

  /** A builder of {@link EndpointUpdate}. Not thread-safe. */
  public static final class Builder {
    private @Nullable String url;
    private @Nullable String uid;
    private @Nullable String description;
    private @Nullable List<String> events;
    private @Nullable List<String> channels;
    private @Nullable Map<String, String> metadata;
    private @Nullable Boolean ordered;
    private @Nullable Integer rateLimit;
    private @Nullable Integer concurrency;
    private @Nullable Duration timeout;
    private @Nullable RetrySchedule retrySchedule;
    private @Nullable String wireFormat;

    private Builder() {}

    private Builder(Builder from) {
      this.url = from.url;
      this.uid = from.uid;
      this.description = from.description;
      this.events = from.events;
      this.channels = from.channels;
      this.metadata = from.metadata;
      this.ordered = from.ordered;
      this.rateLimit = from.rateLimit;
      this.concurrency = from.concurrency;
      this.timeout = from.timeout;
      this.retrySchedule = from.retrySchedule;
      this.wireFormat = from.wireFormat;
    }

    private List<@Nullable Object> all() {
      return Arrays.asList(
          url,
          uid,
          description,
          events,
          channels,
          metadata,
          ordered,
          rateLimit,
          concurrency,
          timeout,
          retrySchedule,
          wireFormat);
    }

    /** Sets the URL that deliveries go to from now on; see {@link NewEndpoint#builder}. */
    public Builder url(String text) {
      this.url = Checks.url(text);
      return this;
    }

    /** Sets your own name for the endpoint, unique within the application. */
    public Builder uid(String name) {
      this.uid = Checks.uid(name);
      return this;
    }

    /** Sets the description. */
    public Builder description(String text) {
      this.description = Checks.description(text);
      return this;
    }

    /** Sets the event types that the endpoint wants; none for all. */
    public Builder events(String... patterns) {
      this.events = Checks.eventTypes(patterns);
      return this;
    }

    /** Sets the channels that the endpoint listens to; none for all. */
    public Builder channels(String... names) {
      this.channels = Checks.channels(names);
      return this;
    }

    /**
     * Sets your own metadata instead of the present: at most 50 notes, each with a key of 1 to 100
     * and a value of up to 500 characters.
     */
    public Builder metadata(Map<String, String> notes) {
      this.metadata = Checks.metadata(notes);
      return this;
    }

    /** Sets whether messages are delivered in order. */
    public Builder ordered(boolean inOrder) {
      this.ordered = inOrder;
      return this;
    }

    /** Sets the maximum number of requests per second, evenly spread; 0 for no limit. */
    public Builder rateLimit(int perSecond) {
      this.rateLimit = Checks.within("rateLimit", perSecond, EndpointRules.RATE_LIMIT);
      return this;
    }

    /** Sets the maximum number of concurrent requests: 1 to 1,024; 0 for the default. */
    public Builder concurrency(int requests) {
      this.concurrency = Checks.within("concurrency", requests, EndpointRules.CONCURRENCY);
      return this;
    }

    /** Sets the time limit of a request: 1 s to 10 min. */
    public Builder timeout(Duration timeout) {
      this.timeout = Checks.within("timeout", timeout, EndpointRules.TIMEOUT);
      return this;
    }

    /** Sets the retry schedule. */
    public Builder retrySchedule(RetrySchedule schedule) {
      this.retrySchedule = Checks.present("retrySchedule", schedule);
      return this;
    }

    /** Sets the wire format by its name. It must accept the secrets of the endpoint. */
    public Builder wireFormat(String name) {
      this.wireFormat = Checks.present("wireFormat", name);
      return this;
    }

    /** Returns a change with the values set so far. */
    public EndpointUpdate build() {
      return new EndpointUpdate(new Builder(this));
    }
  }
}
