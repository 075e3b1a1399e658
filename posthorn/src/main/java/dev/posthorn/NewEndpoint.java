package dev.posthorn;

import dev.posthorn.engine.EndpointDraft;
import dev.posthorn.error.PosthornException;
import dev.posthorn.store.EndpointPolicy;
import dev.posthorn.store.EndpointState;
import dev.posthorn.transport.HeaderRules;
import dev.posthorn.transport.HttpTarget;
import dev.posthorn.wire.Header;
import dev.posthorn.wire.StandardWireFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An endpoint to be added; begins with {@link Endpoint#to}. Only the URL is needed. */
public final class NewEndpoint {
  private final String url;
  private @Nullable String uid;
  private String description = "";
  private List<String> events = List.of();
  private List<String> channels = List.of();
  private @Nullable String secret;
  private final List<Header> headers = new ArrayList<>();
  private final Map<String, String> metadata = new HashMap<>();
  private boolean ordered;
  private int rateLimit;
  private int concurrency;
  private int timeoutMillis;
  private @Nullable RetrySchedule schedule;
  private String format = StandardWireFormat.NAME;

  NewEndpoint(String url) {
    try {
      var unused = HttpTarget.parse(url, 1);
    } catch (IllegalArgumentException e) {
      throw new PosthornException(
          dev.posthorn.error.Reason.INVALID, String.valueOf(e.getMessage()), e);
    }
    this.url = url;
  }

  /** Sets your own name for it, unique within the application. */
  public NewEndpoint uid(String name) {
    this.uid = Checks.name("uid", name);
    return this;
  }

  /** Sets a note for people. */
  public NewEndpoint description(String text) {
    this.description = text;
    return this;
  }

  /**
   * Sets the event types it wants, such as {@code invoice.paid} or {@code invoice.*}; all unless
   * set.
   */
  public NewEndpoint events(String... patterns) {
    this.events = List.of(patterns);
    Checks.eventTypes(events);
    return this;
  }

  /** Sets the channels it listens to; all unless set. */
  public NewEndpoint channels(String... names) {
    this.channels = List.of(names);
    channels.forEach(name -> Checks.name("channels", name));
    return this;
  }

  /** Sets its signing secret, such as {@code whsec_…}; a new one is made unless set. */
  public NewEndpoint secret(String text) {
    this.secret = text;
    return this;
  }

  /** Sets a header of all of its requests. It cannot be one that frames or signs them. */
  public NewEndpoint header(String name, String value) {
    headers.removeIf(header -> header.name().equals(name));
    headers.add(new Header(name, value));
    Map<String, String> all = new LinkedHashMap<>();
    headers.forEach(header -> all.put(header.name(), header.value()));
    try {
      HeaderRules.standard().check(all);
    } catch (IllegalArgumentException e) {
      throw new PosthornException(
          dev.posthorn.error.Reason.INVALID, String.valueOf(e.getMessage()), e);
    }
    return this;
  }

  /** Adds a note of your own. */
  public NewEndpoint metadata(String key, String value) {
    metadata.put(key, value);
    return this;
  }

  /** Delivers in order: one at a time, the next only after the outcome of the last is on disk. */
  public NewEndpoint ordered() {
    this.ordered = true;
    return this;
  }

  /** Limits its requests a second, spread evenly: 1 to 10,000; no limit unless set. */
  public NewEndpoint rateLimit(int perSecond) {
    this.rateLimit = Checks.rate("rateLimit", perSecond, 10_000);
    return this;
  }

  /** Limits its requests at the same time: 1 to 1,024; 64 unless set. */
  public NewEndpoint concurrency(int requests) {
    this.concurrency = Checks.rate("concurrency", requests, 1_024);
    return this;
  }

  /** Sets how long one request may take: 1 s to 10 min. */
  public NewEndpoint timeout(Duration timeout) {
    Checks.timeout("timeout", timeout);
    this.timeoutMillis = (int) timeout.toMillis();
    return this;
  }

  /** Sets a retry schedule of its own. */
  public NewEndpoint retrySchedule(RetrySchedule own) {
    this.schedule = own;
    return this;
  }

  /** Chooses a wire format by its name; Standard Webhooks unless set. */
  public NewEndpoint wireFormat(String name) {
    this.format = name;
    return this;
  }

  String format() {
    return format;
  }

  @Nullable String secret() {
    return secret;
  }

  EndpointDraft draft() {
    List<Long> waits = schedule == null ? null : schedule.millis();
    return new EndpointDraft(
        uid,
        url,
        description,
        events,
        channels,
        new EndpointPolicy(ordered, rateLimit, concurrency, timeoutMillis, waits, format),
        EndpointState.ENABLED,
        metadata,
        secret,
        headers);
  }
}
