package dev.posthorn;

import dev.posthorn.internal.api.Checks;
import dev.posthorn.internal.api.Waits;
import dev.posthorn.internal.rules.EndpointRules;
import dev.posthorn.spi.store.rows.EndpointSpec;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The settings of an endpoint: its URL, filters, limits and retry schedule. Those of an endpoint
 * that exists come with {@link Endpoint#settings}; {@link NewEndpoint} and {@link EndpointUpdate}
 * are built by the same setters.
 *
 * @param spec the settings as they are stored
 */
public record EndpointSettings(EndpointSpec spec) {

  /** Returns your own name for the endpoint, or null. */
  public @Nullable String uid() {
    return spec.uid();
  }

  /** Returns the URL. */
  public String url() {
    return spec.url();
  }

  /** Returns the description, or an empty string. */
  public String description() {
    return spec.description();
  }

  /** Returns patterns of the event types that the endpoint wants; empty for all. */
  public List<String> events() {
    return spec.eventTypes();
  }

  /** Returns the channels that the endpoint listens to; empty for all. */
  public List<String> channels() {
    return spec.channels();
  }

  /** Returns your own metadata. */
  public Map<String, String> metadata() {
    return spec.metadata();
  }

  /** Returns whether messages are delivered in order. */
  public boolean ordered() {
    return spec.policy().ordered();
  }

  /** Returns the maximum number of requests per second, or 0 for no limit. */
  public int rateLimit() {
    return spec.policy().rateLimit();
  }

  /** Returns the maximum number of concurrent requests, or 0 for the default. */
  public int concurrency() {
    return spec.policy().concurrency();
  }

  /** Returns the time limit of a request, or null for the default. */
  public @Nullable Duration timeout() {
    int millis = spec.policy().timeoutMillis();
    return millis == 0 ? null : Duration.ofMillis(millis);
  }

  /** Returns the retry schedule, or null for the default. */
  public @Nullable RetrySchedule retrySchedule() {
    List<Long> waits = spec.policy().retryWaits();
    return waits == null ? null : Waits.schedule(waits);
  }

  /** Returns the name of the wire format. */
  public String wireFormat() {
    return spec.policy().wireFormat();
  }

  /**
   * The setters of settings. An invalid value throws {@link PosthornException} with INVALID as soon
   * as it is set. Not thread-safe.
   *
   * @param <B> the builder itself
   */
  public abstract static sealed class Builder<B extends Builder<B>>
      permits NewEndpoint.Builder, EndpointUpdate.Builder {
    private final Map<String, Change> changes;

    Builder(Map<String, Change> changes) {
      this.changes = new LinkedHashMap<>(changes);
    }

    /** Returns this builder. */
    abstract B self();

    /** Returns the changes that were made so far, by the name of the setting. */
    Map<String, Change> changes() {
      return new LinkedHashMap<>(changes);
    }

    private B set(String name, Object value, UnaryOperator<EndpointSpec.Builder> change) {
      changes.put(name, new Change(value, change));
      return self();
    }

    /**
     * Sets the URL that deliveries go to: http or https. It is kept as it is sent: host in lower
     * case, invalid characters of path and query percent-encoded.
     */
    public B url(String text) {
      String url = Checks.url(text);
      return set("url", url, spec -> spec.url(url));
    }

    /** Sets your own name for the endpoint, unique within the application. */
    public B uid(String name) {
      String uid = Checks.uid(name);
      return set("uid", uid, spec -> spec.uid(uid));
    }

    /** Sets the description, for people. */
    public B description(String text) {
      String description = Checks.description(text);
      return set("description", description, spec -> spec.description(description));
    }

    /**
     * Sets the event types that the endpoint wants, such as {@code invoice.paid} or {@code
     * invoice.*}; none for all.
     */
    public B events(String... patterns) {
      List<String> events = Checks.eventTypes(patterns);
      return set("events", events, spec -> spec.eventTypes(events));
    }

    /** Sets the channels that the endpoint listens to; none for all. */
    public B channels(String... names) {
      List<String> channels = Checks.channels(names);
      return set("channels", channels, spec -> spec.channels(channels));
    }

    /**
     * Sets your own metadata: at most 50 notes, each with a key of 1 to 100 and a value of up to
     * 500 characters.
     */
    public B metadata(Map<String, String> notes) {
      Map<String, String> metadata = Checks.metadata(notes);
      return set("metadata", metadata, spec -> spec.metadata(metadata));
    }

    /**
     * Sets whether messages are delivered in order: one at a time, the next only after the outcome
     * of the last is on disk.
     */
    public B ordered(boolean inOrder) {
      return set("ordered", inOrder, spec -> spec.policy(policy -> policy.ordered(inOrder)));
    }

    /**
     * Sets the maximum number of requests per second, evenly spread: up to 65,535; 0 for no limit.
     */
    public B rateLimit(int perSecond) {
      int limit = Checks.within("rateLimit", perSecond, EndpointRules.RATE_LIMIT);
      return set("rateLimit", limit, spec -> spec.policy(policy -> policy.rateLimit(limit)));
    }

    /** Sets the maximum number of concurrent requests: 1 to 1,024; 0 for the default. */
    public B concurrency(int requests) {
      int limit = Checks.within("concurrency", requests, EndpointRules.CONCURRENCY);
      return set("concurrency", limit, spec -> spec.policy(policy -> policy.concurrency(limit)));
    }

    /** Sets the time limit of a request: 1 s to 10 min. */
    public B timeout(Duration timeout) {
      Duration limit = Checks.within("timeout", timeout, EndpointRules.TIMEOUT);
      int millis = Math.toIntExact(limit.toMillis());
      return set("timeout", limit, spec -> spec.policy(policy -> policy.timeoutMillis(millis)));
    }

    /** Sets the retry schedule. */
    public B retrySchedule(RetrySchedule schedule) {
      List<Long> waits = Waits.millis(Checks.present("retrySchedule", schedule));
      return set(
          "retrySchedule", schedule, spec -> spec.policy(policy -> policy.retryWaits(waits)));
    }

    /** Sets the wire format by its name. It must accept the secrets of the endpoint. */
    public B wireFormat(String name) {
      String format = Checks.present("wireFormat", name);
      return set("wireFormat", format, spec -> spec.policy(policy -> policy.wireFormat(format)));
    }
  }

  /**
   * A change of one setting. Two changes are equal if their values are.
   *
   * @param value the new value
   * @param change sets it in a spec
   */
  record Change(Object value, UnaryOperator<EndpointSpec.Builder> change) {

    /** Returns settings with changes. */
    static EndpointSpec apply(Map<String, Change> changes, EndpointSpec before) {
      EndpointSpec.Builder spec = before.toBuilder();
      for (Change one : changes.values()) {
        var unused = one.change.apply(spec);
      }
      return spec.build();
    }

    /** Adds changes to a text, without the query of a URL: it may hold a token. */
    static void show(Map<String, Change> changes, StringJoiner text) {
      changes.forEach((name, one) -> text.add(name + "=" + one.shown(name)));
    }

    private Object shown(String name) {
      return name.equals("url") ? value.toString().replaceFirst("\\?.*", "?…") : value;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Change that && value.equals(that.value);
    }

    @Override
    public int hashCode() {
      return Objects.hashCode(value);
    }
  }
}
