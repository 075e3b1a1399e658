package dev.posthorn.cidadao;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The default {@link WebhookService} for programs that need only one, and the original's two
 * convenience functions.
 *
 * <p>The first call opens it, on the file that the system property {@code posthorn.cidadao.file}
 * names, or on {@code webhooks.db} in the working directory. With {@code
 * posthorn.cidadao.allow-private-networks=true}, private addresses are allowed.
 */
public final class Webhooks {
  private static final String FILE = "posthorn.cidadao.file";
  private static final String ALLOW_PRIVATE = "posthorn.cidadao.allow-private-networks";

  // The one piece of static state: a default instance is one by definition.
  private static @Nullable WebhookService instance;

  private Webhooks() {}

  /**
   * Returns the default service, and opens it if necessary.
   *
   * @throws dev.posthorn.PosthornException if its file cannot be opened
   */
  public static synchronized WebhookService service() {
    WebhookService service = instance;
    if (service == null) {
      WebhookServiceOptions options = WebhookServiceOptions.defaults();
      service =
          WebhookService.open(
              Path.of(System.getProperty(FILE, "webhooks.db")),
              Boolean.getBoolean(ALLOW_PRIVATE) ? options.allowPrivateNetworks() : options);
      instance = service;
    }
    return service;
  }

  /** Sends an event with the default service; see {@link WebhookService#sendEvent}. */
  public static List<WebhookDelivery> sendWebhookEvent(
      WebhookEvent event, Map<String, ?> data, @Nullable Map<String, ?> metadata) {
    return service().sendEvent(event, data, metadata);
  }

  /** Adds a webhook to the default service. */
  public static void registerWebhook(WebhookConfig webhook) {
    service().addWebhook(webhook);
  }

  /** Adds a webhook for some events, or all if null, to the default service. */
  public static void registerWebhook(
      String url, @Nullable List<WebhookEvent> events, @Nullable String secret) {
    WebhookConfig webhook = WebhookConfig.of(url).withSecret(secret);
    registerWebhook(
        events == null ? webhook : webhook.withEvents(events.toArray(WebhookEvent[]::new)));
  }

  /** Closes the default service, if it is open; the next call opens it again. */
  public static synchronized void close() {
    WebhookService service = instance;
    if (service != null) {
      instance = null;
      service.close();
    }
  }
}
