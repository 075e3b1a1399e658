package dev.posthorn.server.endpointalert;

import dev.posthorn.server.http.Answer;
import dev.posthorn.server.outbound.Poster;
import dev.posthorn.spi.runtime.Owner;
import dev.posthorn.spi.transport.ExchangeLimits;
import dev.posthorn.spi.transport.ExchangeResult;
import dev.posthorn.spi.transport.HttpTarget;
import java.util.concurrent.TimeoutException;

/**
 * Posts alerts to URLs of chats: {@code {"text": …}}, as Slack, Mattermost, Rocket.Chat and Google
 * Chat take it, or an Adaptive Card to the hosts of Microsoft Teams. They go through the transport
 * of deliveries, so a URL leads to no address that deliveries may not be sent to.
 */
final class UrlChannel implements AlertChannel {
  private static final String ZERO_WIDTH_SPACE = "\u200b";

  private final Poster poster;

  UrlChannel(Poster poster) {
    this.poster = poster;
  }

  @Override
  public String name() {
    return "url";
  }

  @Override
  public void send(String to, EndpointAlert alert) throws AlertException, InterruptedException {
    ExchangeResult result;
    try {
      HttpTarget target = HttpTarget.parse(to);
      result =
          poster.post(
              new Owner("", target.authority()),
              target,
              body(target, alert),
              ExchangeLimits.DEFAULT);
    } catch (IllegalArgumentException e) {
      throw new AlertException(String.valueOf(e.getMessage()), true);
    } catch (TimeoutException e) {
      throw new AlertException("no result", false);
    }
    switch (result) {
      case ExchangeResult.Failure failure -> throw new AlertException(failure.detail(), false);
      case ExchangeResult.Response response -> {
        int status = response.status();
        if (status / 100 != 2) {
          boolean forGood = status / 100 == 4 && status != 408 && status != 429;
          throw new AlertException("answered with status " + status, forGood);
        }
      }
    }
  }

  /** Returns the body of a request: what the chat at the target takes. */
  static byte[] body(HttpTarget target, EndpointAlert alert) {
    String text = harmless(AlertText.subject(alert) + "\n" + AlertText.body(alert));
    return Answer.object(
        json -> {
          if (isTeams(target.host())) {
            AdaptiveCard.write(json, text);
          } else {
            json.writeStringProperty("text", text);
          }
        });
  }

  /** Makes markup and mentions of whole channels mere text: names and URLs may have them. */
  private static String harmless(String text) {
    return text.replace('<', '‹').replace('>', '›').replace("@", "@" + ZERO_WIDTH_SPACE);
  }

  private static boolean isTeams(String host) {
    return host.endsWith(".logic.azure.com")
        || host.endsWith(".api.powerplatform.com")
        || host.endsWith(".webhook.office.com");
  }
}
