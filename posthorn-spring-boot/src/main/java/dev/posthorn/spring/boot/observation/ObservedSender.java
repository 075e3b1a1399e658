package dev.posthorn.spring.boot.observation;

import dev.posthorn.Application;
import dev.posthorn.NewMessage;
import dev.posthorn.Receipt;
import dev.posthorn.spring.boot.MessageSender;
import io.micrometer.observation.Observation;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Observes {@code send}, and remembers the trace of each message for its attempts. */
final class ObservedSender implements MessageSender {
  private final MessageSender next;
  private final PosthornObservations observations;

  ObservedSender(MessageSender next, PosthornObservations observations) {
    this.next = next;
    this.observations = observations;
  }

  @Override
  public Receipt send(Application application, NewMessage message) {
    SendContext context = new SendContext(application, message);
    return Objects.requireNonNull(
        observations.send(context).observe(() -> sent(context, next.send(application, message))));
  }

  @Override
  public CompletableFuture<Receipt> sendAsync(Application application, NewMessage message) {
    SendContext context = new SendContext(application, message);
    Observation observation = observations.send(context).start();
    CompletableFuture<Receipt> future;
    try (Observation.Scope scope = observation.openScope()) {
      future = next.sendAsync(application, message);
    }
    return future.whenComplete(
        (receipt, error) -> {
          if (error != null) {
            Throwable cause = error instanceof CompletionException ? error.getCause() : error;
            observation.error(cause == null ? error : cause);
          } else {
            var unused = sent(context, receipt);
          }
          observation.stop();
        });
  }

  private Receipt sent(SendContext context, Receipt receipt) {
    context.sent(receipt);
    if (!receipt.duplicate()) {
      observations.traces().put(receipt.id(), context.trace());
    }
    return receipt;
  }
}
