package dev.posthorn.cidadao;

import dev.posthorn.PosthornException;
import dev.posthorn.internal.engine.base.SendRequest;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** Passes payloads to the engine and collects the results of their deliveries. */
final class Sender {
  private static final String CONTENT_TYPE = "application/json";
  private static final long ACCEPT_MILLIS = 30_000;

  private final EngineHost host;
  private final Registry registry;
  private final Set<Outcome> pending = ConcurrentHashMap.newKeySet();

  /** Creates a sender. */
  public Sender(EngineHost host, Registry registry) {
    this.host = host;
    this.registry = registry;
  }

  /**
   * Sends a payload and returns once it is on disk. The future completes when all deliveries have
   * ended.
   *
   * @param channels none for all webhooks, or the channel of a test
   * @throws PosthornException if it is refused
   */
  public CompletableFuture<List<WebhookDelivery>> send(
      long application, List<String> channels, WebhookPayload payload) {
    Outcome outcome = new Outcome(host.callbacks());
    SendRequest request = acceptance(application, channels, payload, outcome);
    CompletableFuture<List<WebhookDelivery>> results = follow(outcome, payload);
    try {
      outcome.accepted(host.engine().messages().accept(request, ACCEPT_MILLIS));
    } catch (PosthornException e) {
      pending.remove(outcome);
      throw e;
    }
    return results;
  }

  /** Sends a payload without waiting; the future fails if it is refused. */
  public CompletableFuture<List<WebhookDelivery>> sendAsync(
      long application, WebhookPayload payload) {
    Outcome outcome = new Outcome(host.callbacks());
    SendRequest request = acceptance(application, List.of(), payload, outcome);
    CompletableFuture<List<WebhookDelivery>> results = follow(outcome, payload);
    try {
      host.engine().messages().accept(request, outcome::accepted, outcome::refused);
    } catch (PosthornException e) {
      var unused = outcome.done().completeExceptionally(e);
    }
    return results;
  }

  private static SendRequest acceptance(
      long application, List<String> channels, WebhookPayload payload, Outcome outcome) {
    return new SendRequest(
        application,
        payload.event().value(),
        channels,
        CONTENT_TYPE,
        payload.body(),
        new SendRequest.Options(null, 0, 0, outcome));
  }

  private CompletableFuture<List<WebhookDelivery>> follow(Outcome outcome, WebhookPayload payload) {
    pending.add(outcome);
    return outcome
        .done()
        .whenComplete((rows, why) -> pending.remove(outcome))
        .thenApply(
            rows ->
                rows.stream()
                    .map(
                        row ->
                            WebhookDelivery.of(registry.url(row.endpoint()), payload.event(), row))
                    .toList());
  }

  /** Ends all waits after the engine has stopped. */
  public void close() {
    pending.forEach(Outcome::close);
  }
}
