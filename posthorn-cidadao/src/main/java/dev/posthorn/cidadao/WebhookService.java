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
 * Sends events to webhooks; webhooks, deliveries and history last in one file.
 *
 * <p>Thread-safe. Every method throws {@link PosthornException}: with {@link Reason#INVALID} for an
 * argument, {@link Reason#CLOSED} after {@link #close}, and with the store's reasons if the file
 * cannot be written.
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
    this.history = new History(host.engine().store(), registry);
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
   * Opens the service on a file, which is created if there is none; deliveries that wait in it go
   * on. Secrets and headers in it are encrypted with the key in {@code <file>.key}, which is
   * created, too.
   *
   * @throws PosthornException if the file is open elsewhere, is something else, or cannot be read
   *     or written
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
   * Removes all webhooks with a URL; what waits for them is cancelled.
   *
   * @return whether there was one
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
   * @return what became of each delivery, in the order of the webhooks; empty if none wanted it
   */
  public List<WebhookDelivery> sendEvent(
      WebhookEvent event, Map<String, ?> data, @Nullable Map<String, ?> metadata) {
    return send(new WebhookPayload(event, now(), data, metadata));
  }

  /**
   * Sends an event as {@link #sendEvent} does, without waiting. The future fails with a {@link
   * PosthornException} if the event is refused, or the service is closed before all has ended.
   *
   * @throws PosthornException if data or metadata hold what JSON cannot, or the service is closed
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
   * Returns deliveries that ended, newest first, of the newest 1,000; tests are not among them.
   * What is older than 90 days is gone.
   */
  public List<WebhookDelivery> getDeliveryHistory(HistoryFilter filter) {
    requireOpen();
    return history.list(filter);
  }

  /**
   * Sends a {@link WebhookEvent#SYSTEM_ALERT} to a webhook, which need not be added and need not be
   * active, and waits for its end.
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
      throw new PosthornException(
          Reason.CLOSED, "the service is closed; open it again to send or ask");
    }
  }

  /**
   * Stops sending and frees the file. Waits 5 seconds at most for what is under way; what has not
   * ended by then goes on when the file is opened again, and calls that wait for it fail.
   */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      host.close();
      sender.close();
    }
  }
}
