package dev.posthorn.cidadao;

import dev.posthorn.internal.engine.base.EngineListener;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.MessageSpec;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The six log events of the original, with its names as messages and its fields as key-value pairs,
 * under the name of {@link WebhookService}.
 *
 * <p>No event holds a secret, a custom header or a payload. A receiver may quote headers and
 * payload in its response, which is therefore logged only if the logger's level is DEBUG.
 */
final class EventLog implements EngineListener {
  private static final Logger LOG = LoggerFactory.getLogger(WebhookService.class);
  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

  /** Logs a new webhook. */
  void added(WebhookConfig webhook) {
    LOG.atInfo()
        .addKeyValue("url", webhook.url())
        .addKeyValue("events", webhook.events())
        .addKeyValue("active", webhook.active())
        .log("Webhook added");
  }

  /** Logs the removal of the webhooks with a URL. */
  void removed(String url) {
    LOG.atInfo().addKeyValue("url", url).log("Webhook removed");
  }

  /** Logs an event that no webhook wants. */
  void noneConfigured(WebhookEvent event) {
    LOG.atDebug().addKeyValue("event", event.value()).log("No webhooks configured for event");
  }

  /** Logs an event whose deliveries have all ended. */
  void sent(WebhookEvent event, List<WebhookDelivery> results) {
    if (results.isEmpty()) {
      noneConfigured(event);
      return;
    }
    long successful = results.stream().filter(WebhookDelivery::success).count();
    LOG.atInfo()
        .addKeyValue("event", event.value())
        .addKeyValue("total", results.size())
        .addKeyValue("successful", successful)
        .addKeyValue("failed", results.size() - successful)
        .log("Webhooks sent");
  }

  @Override
  public boolean caresFor(AttemptRow attempt) {
    return attempt.isExchange() && !attempt.isSuccess();
  }

  @Override
  public void attempted(EndpointRow endpoint, AttemptRow attempt, @Nullable MessageSpec message) {
    if (attempt.status() == 0) {
      LOG.atError()
          .addKeyValue("url", endpoint.url())
          .addKeyValue("error", inOneLine(Results.error(attempt)))
          .log("Webhook delivery error");
      return;
    }
    var event =
        LOG.atWarn()
            .addKeyValue("url", endpoint.url())
            .addKeyValue("status_code", attempt.status());
    if (LOG.isDebugEnabled()) {
      event = event.addKeyValue("response", inOneLine(Results.responseBody(attempt)));
    }
    event.log("Webhook delivery failed");
  }

  /** Replaces control characters, with which a receiver could forge lines of the log. */
  private static String inOneLine(@Nullable String text) {
    return CONTROL.matcher(text == null ? "" : text).replaceAll(" ");
  }
}
