package dev.posthorn.cidadao;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.internal.rules.HeaderRules;
import dev.posthorn.internal.rules.NumberRange;
import dev.posthorn.internal.rules.Rules;
import dev.posthorn.spi.transport.HttpTarget;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A webhook's URL and settings. Start from {@link #of}.
 *
 * @param url an absolute http or https URL
 * @param secret the signing secret, any text; null or empty for no signature
 * @param events the events it wants; null for all, empty for none
 * @param headers custom headers; none may begin with {@code X-Cidadao-}
 * @param timeout the timeout of a whole attempt in seconds, 1 to 300
 * @param maxRetries the maximum number of attempts after the first, 0 to 10
 * @param active whether the webhook receives events
 */
public record WebhookConfig(
    String url,
    @Nullable String secret,
    @Nullable List<WebhookEvent> events,
    Map<String, String> headers,
    int timeout,
    int maxRetries,
    boolean active) {

  /** The default timeout, in seconds. */
  public static final int DEFAULT_TIMEOUT = 30;

  /** The default number of retries. */
  public static final int DEFAULT_MAX_RETRIES = 3;

  private static final NumberRange TIMEOUT = new NumberRange(1, 300);
  private static final NumberRange MAX_RETRIES = new NumberRange(0, 10);
  private static final HeaderRules HEADERS = HeaderRules.reserving(CidadaoWireFormat.RESERVED);

  /**
   * Validates all values.
   *
   * @throws PosthornException if a value is invalid; the message names the field, the problem and
   *     the remedy
   */
  public WebhookConfig {
    Rules.require("timeout", TIMEOUT.problem(timeout));
    Rules.require("maxRetries", MAX_RETRIES.problem(maxRetries));
    events = events == null ? null : List.copyOf(events);
    headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    try {
      var unused = HttpTarget.parse(url);
    } catch (IllegalArgumentException e) {
      throw new PosthornException(Reason.INVALID, String.valueOf(e.getMessage()), e);
    }
    Rules.require("headers", HEADERS.problem(headers));
  }

  /**
   * Returns an active webhook for all events, without a secret.
   *
   * @throws PosthornException if the URL is invalid
   */
  public static WebhookConfig of(String url) {
    return new WebhookConfig(url, null, null, Map.of(), DEFAULT_TIMEOUT, DEFAULT_MAX_RETRIES, true);
  }

  /** Returns a copy with another secret. */
  public WebhookConfig withSecret(@Nullable String text) {
    return new WebhookConfig(url, text, events, headers, timeout, maxRetries, active);
  }

  /** Returns a copy for these events, or for none if none is given. */
  public WebhookConfig withEvents(WebhookEvent... wanted) {
    return withEvents(List.of(wanted));
  }

  /** Returns a copy for these events, or for all if the list is null. */
  WebhookConfig withEvents(@Nullable List<WebhookEvent> wanted) {
    return new WebhookConfig(url, secret, wanted, headers, timeout, maxRetries, active);
  }

  /** Returns a copy with other custom headers. */
  public WebhookConfig withHeaders(Map<String, String> all) {
    return new WebhookConfig(url, secret, events, all, timeout, maxRetries, active);
  }

  /** Returns a copy with another timeout, in seconds. */
  public WebhookConfig withTimeout(int seconds) {
    return new WebhookConfig(url, secret, events, headers, seconds, maxRetries, active);
  }

  /** Returns a copy with another number of retries. */
  public WebhookConfig withMaxRetries(int number) {
    return new WebhookConfig(url, secret, events, headers, timeout, number, active);
  }

  /** Returns a copy that is active or not. */
  public WebhookConfig withActive(boolean whether) {
    return new WebhookConfig(url, secret, events, headers, timeout, maxRetries, whether);
  }

  /** Returns whether the webhook wants an event. */
  public boolean shouldSendEvent(WebhookEvent event) {
    return active && (events == null || events.contains(event));
  }

  /** Returns a description without the secret and the values of headers. */
  @Override
  public String toString() {
    return "WebhookConfig[url="
        + url
        + ", signed="
        + (secret != null && !secret.isEmpty())
        + ", events="
        + (events == null ? "all" : events)
        + ", headers="
        + headers.keySet()
        + ", timeout="
        + timeout
        + ", maxRetries="
        + maxRetries
        + ", active="
        + active
        + "]";
  }
}
