package dev.posthorn.cidadao;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Sends events to webhooks, and keeps webhooks, deliveries and history in one file.
 *
 * <p>Thread-safe. Every method throws {@link PosthornException}: with {@link Reason#INVALID} for an
 * invalid argument, {@link Reason#CLOSED} after {@link #close}, and with the store's reasons if the
 * file cannot be written.
 */
public final class WebhookService implements AutoCloseable {
  private final EngineHost host;
  private final Registry registry;
  private final Sender sender;
  private final History history;
  private final EventLog log = new EventLog();
  private final AtomicBoolean closed = new AtomicBoolean();

  private WebhookService(EngineHost host, WebhookServiceOptions options) {
    this.host = host;
    this.registry = new Registry(host.engine(), options.secondMillis());
    this.sender = new Sender(host, registry);
    this.history = new History(host.engine().store(registry.webhooks()), registry);
    host.engine().events().add(log);
  }

  /**
   * Opens the service on a file with the default options; see {@link #open(Path,
   * WebhookServiceOptions)}.
   */
  public static WebhookService open(Path file) {
    return open(file, WebhookServiceOptions.defaults());
  }

  /**
   * Opens the service on a file, which is created if it is missing, and resumes the deliveries that
   * wait in it. Secrets and headers are encrypted with the key in {@code <file>.key}, which is
   * created too.
   *
   * @throws PosthornException if the file is open elsewhere, is not a database of Posthorn, or
   *     cannot be read or written
   */
  public static WebhookService open(Path file, WebhookServiceOptions options) {
    EngineHost host =
        EngineHost.open(
            file, options.privateNetworksAllowed(), options.clock(), new CidadaoWireFormat());
    try {
      return new WebhookService(host, options);
    } catch (RuntimeException | Error e) {
      host.close();
      throw e;
    }
  }

  /** Adds a webhook. A URL may be added more than once; each gets its own delivery. */
  public void addWebhook(WebhookConfig webhook) {
    requireOpen();
    registry.add(webhook);
    log.added(webhook);
  }

  /**
   * Removes all webhooks with a URL and cancels the deliveries that wait for them.
   *
   * @return whether there was a webhook with the URL
   */
  public boolean removeWebhook(String url) {
    requireOpen();
    boolean removed = registry.remove(url, history::endpoints);
    if (removed) {
      log.removed(url);
    }
    return removed;
  }

  /** Returns all webhooks in the order in which they were added. */
  public List<WebhookConfig> listWebhooks() {
    requireOpen();
    return registry.list();
  }

  /** Sends an event that happens now, without metadata. */
  public List<WebhookDelivery> sendEvent(WebhookEvent event, Map<String, ?> data) {
    return sendEvent(event, data, null);
  }

  /**
   * Sends an event that happens now to all active webhooks that want it, at the same time, and
   * waits until every delivery has succeeded or failed for good.
   *
   * @return the result of each delivery, in the order of the webhooks; empty if no webhook wants
   *     the event
   */
  public List<WebhookDelivery> sendEvent(
      WebhookEvent event, Map<String, ?> data, @Nullable Map<String, ?> metadata) {
    return send(new WebhookPayload(event, now(), data, metadata));
  }

  /**
   * Sends an event as {@link #sendEvent} does, without waiting. The future fails with a {@link
   * PosthornException} if the event is refused, or if the service is closed before all deliveries
   * have ended.
   *
   * @throws PosthornException if data or metadata hold a value without a JSON form, or the service
   *     is closed
   */
  public CompletableFuture<List<WebhookDelivery>> sendEventAsync(
      WebhookEvent event, Map<String, ?> data, @Nullable Map<String, ?> metadata) {
    WebhookPayload payload = new WebhookPayload(event, now(), data, metadata);
    requireOpen();
    if (!registry.anyWants(event)) {
      log.noneConfigured(event);
      return CompletableFuture.completedFuture(List.of());
    }
    return sender
        .sendAsync(registry.webhooks(), payload)
        .thenApply(results -> logged(event, results));
  }

  /** Sends a payload with its own timestamp, as {@link #sendEvent} does. */
  public List<WebhookDelivery> send(WebhookPayload payload) {
    requireOpen();
    WebhookEvent event = payload.event();
    if (!registry.anyWants(event)) {
      log.noneConfigured(event);
      return List.of();
    }
    return logged(
        event, Waiting.get("deliveries", sender.send(registry.webhooks(), List.of(), payload)));
  }

  private List<WebhookDelivery> logged(WebhookEvent event, List<WebhookDelivery> results) {
    log.sent(event, results);
    return results;
  }

  /** Returns the newest 100 deliveries, newest first. */
  public List<WebhookDelivery> getDeliveryHistory() {
    return getDeliveryHistory(HistoryFilter.ALL);
  }

  /**
   * Returns ended deliveries among the newest 1,000, newest first. Tests and deliveries older than
   * 90 days are not included.
   */
  public List<WebhookDelivery> getDeliveryHistory(HistoryFilter filter) {
    requireOpen();
    return history.list(filter);
  }

  /**
   * Sends a {@link WebhookEvent#SYSTEM_ALERT} to a webhook, whether or not it is added and active,
   * and waits for the result.
   */
  public WebhookDelivery testWebhook(WebhookConfig webhook) {
    requireOpen();
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("type", "test");
    data.put("message", "This is a test webhook from Cidadão.AI");
    data.put("timestamp", Timestamps.iso(now()));
    WebhookPayload payload =
        new WebhookPayload(WebhookEvent.SYSTEM_ALERT, now(), data, Map.of("test", true));
    String channel = UUID.randomUUID().toString();
    long id = registry.addTest(webhook, channel);
    try {
      List<WebhookDelivery> results =
          Waiting.get("the test", sender.send(registry.tests(), List.of(channel), payload));
      return results.getFirst();
    } finally {
      registry.removeTest(id);
    }
  }

  private OffsetDateTime now() {
    return host.clock().instant().atOffset(ZoneOffset.UTC);
  }

  private void requireOpen() {
    if (closed.get()) {
      throw new PosthornException(Reason.CLOSED, "the service is closed; open it again");
    }
  }

  /**
   * Stops sending and releases the file. Waits at most 5 seconds for deliveries in flight; the
   * others resume when the file is opened again, and calls that wait for them fail.
   */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      host.close();
      sender.close();
    }
  }
}
