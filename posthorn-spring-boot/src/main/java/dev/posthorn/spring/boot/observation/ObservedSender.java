package dev.posthorn.spring.boot.observation;

import dev.posthorn.Application;
import dev.posthorn.NewMessage;
import dev.posthorn.Receipt;
import dev.posthorn.spring.boot.MessageSender;
import io.micrometer.observation.Observation;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Observes {@code send}, and remembers the trace of each message for its attempts. */
final class ObservedSender implements MessageSender {
  private final MessageSender next;
  private final PosthornObservations observations;

  ObservedSender(MessageSender next, PosthornObservations observations) {
    this.next = next;
    this.observations = observations;
  }

  @Override
  public Receipt send(Application application, NewMessage message, Consumer<String> committed) {
    SendContext context = new SendContext(application, message);
    return Objects.requireNonNull(
        observations
            .send(context)
            .observe(
                () -> {
                  Consumer<String> remembering = remembering(context, committed);
                  Receipt receipt =
                      observations
                          .contexts()
                          .within(
                              context.trace(), () -> next.send(application, message, remembering));
                  context.sent(receipt);
                  return receipt;
                }));
  }

  @Override
  public CompletableFuture<Receipt> sendAsync(
      Application application, NewMessage message, Consumer<String> committed) {
    SendContext context = new SendContext(application, message);
    Observation observation = observations.send(context).start();
    CompletableFuture<Receipt> future;
    try (Observation.Scope scope = observation.openScope()) {
      future =
          observations
              .contexts()
              .within(
                  context.trace(),
                  () -> next.sendAsync(application, message, remembering(context, committed)));
    } catch (RuntimeException | Error e) {
      ended(observation, context, null, e);
      throw e;
    }
    return future.whenComplete((receipt, error) -> ended(observation, context, receipt, error));
  }

  @Override
  public boolean joinsCurrentTransaction() {
    return next.joinsCurrentTransaction();
  }

  private static void ended(
      Observation observation,
      SendContext context,
      @Nullable Receipt receipt,
      @Nullable Throwable error) {
    if (receipt != null) {
      context.sent(receipt);
    } else if (error != null) {
      Throwable cause = error instanceof CompletionException ? error.getCause() : null;
      observation.error(cause == null ? error : cause);
    }
    observation.stop();
  }

  /** Returns a consumer of the id that remembers the trace, before any attempt needs it. */
  private Consumer<String> remembering(SendContext context, Consumer<String> committed) {
    return id -> {
      observations.traces().put(id, context.trace());
      committed.accept(id);
    };
  }
}
