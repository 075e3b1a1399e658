package dev.posthorn.cidadao;

import java.nio.file.Path;

/** Services for tests: receivers on this machine are allowed, and a second takes a millisecond. */
final class Services {
  static final WebhookServiceOptions OPTIONS =
      WebhookServiceOptions.defaults().allowPrivateNetworks().withSecondMillis(1);

  private Services() {}

  static WebhookService open(Path directory) {
    return WebhookService.open(directory.resolve("webhooks.db"), OPTIONS);
  }
}
