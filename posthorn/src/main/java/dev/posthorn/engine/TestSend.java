package dev.posthorn.engine;

import dev.posthorn.error.PosthornException;
import dev.posthorn.error.Reason;
import dev.posthorn.store.AttemptKind;
import dev.posthorn.store.AttemptRow;
import dev.posthorn.store.DeliveryState;
import dev.posthorn.store.LiveRow;
import dev.posthorn.store.MessageRow;
import dev.posthorn.transport.ExchangeResult;
import dev.posthorn.transport.ExchangeResult.Response;
import java.util.concurrent.CompletableFuture;

/**
 * A manual test of an endpoint: one exchange beside its lane. So it does not wait its turn, is made
 * also while the endpoint is paused or disabled, and counts neither for nor against it.
 *
 * <p>Its message is on disk before the exchange, or the id could be given again after a crash.
 * There is no live row: a test that a crash cuts short is not made again.
 */
final class TestSend {
  private final Changes changes;
  private final Core core;
  private final ShardLoop loop;
  private final EndpointEntry endpoint;

  TestSend(Changes changes, ShardLoop loop, EndpointEntry endpoint) {
    this.changes = changes;
    this.core = changes.core();
    this.loop = loop;
    this.endpoint = endpoint;
  }

  /** Stores the message. */
  CompletableFuture<MessageRow> store(Acceptance acceptance) {
    return changes.change(writing -> store(acceptance, writing));
  }

  private MessageRow store(Acceptance acceptance, Writing writing) {
    MessageRow message =
        new MessageRow(
            writing.nextId(1), // its delivery has the id after it
            acceptance.application(),
            acceptance.type(),
            acceptance.channels(),
            acceptance.options().tags(),
            null,
            acceptance.contentType(),
            new long[] {endpoint.id},
            acceptance.body());
    writing.batch.messages.add(message);
    return message;
  }

  /**
   * Makes the exchange; returns the attempt once it is on disk. Decrypts secrets, so not on a loop.
   */
  CompletableFuture<AttemptRow> send(MessageRow message) {
    LaneSettings settings = settings();
    Delivery delivery = new Delivery(row(message), payload(message));
    CompletableFuture<ExchangeResult> ended = new CompletableFuture<>();
    loop.execute(
        () -> {
          if (loop.stopping()) {
            ended.completeExceptionally(
                new PosthornException(Reason.CLOSED, "closed before the test was sent"));
          } else {
            loop.exchanger().exchange(delivery, settings, ended::complete);
          }
        });
    return ended
        .whenComplete((result, why) -> delivery.releasePayload())
        .thenApply(this::happened)
        .thenCompose(
            result ->
                changes
                    .often()
                    .change(writing -> store(delivery.row, message.type(), result, writing)));
  }

  /** Tells the caller if there was no exchange: that is no attempt. */
  private ExchangeResult happened(ExchangeResult result) {
    if (result.isOwnShortage() && result instanceof ExchangeResult.Failure failure) {
      core.shortages().met(result, loop.nanos());
      throw new PosthornException(
          Reason.OVERLOADED, "the test was not sent: " + failure.detail() + "; try again later");
    }
    return result;
  }

  private Payload payload(MessageRow message) {
    Payload kept = core.keep(message, 1);
    if (kept == null) {
      throw new PosthornException(
          Reason.OVERLOADED,
          "no memory is left for the payload of a test; nothing was sent, try again a little later");
    }
    return kept;
  }

  private LaneSettings settings() {
    EndpointEntry.Settings source = endpoint.settings();
    if (source.deleted()) { // its secrets are gone: it would be sent unsigned
      throw new PosthornException(
          Reason.NOT_FOUND, "endpoint: it was removed before the test was sent");
    }
    try {
      return core.settings().make(endpoint.environment, source);
    } catch (Throwable e) { // a wire format may throw anything
      throw new PosthornException(
          Reason.STORE_FAILED, "endpoint: it cannot be sent to: " + e.getMessage(), e);
    }
  }

  private LiveRow row(MessageRow message) {
    long now = loop.millis();
    return new LiveRow(
        message.id() + 1,
        endpoint.id,
        message.id(),
        LiveRow.Place.PARKED,
        now,
        0,
        0,
        now,
        AttemptKind.TEST);
  }

  private AttemptRow store(LiveRow row, String type, ExchangeResult result, Writing writing) {
    boolean succeeded = result instanceof Response response && response.status() / 100 == 2;
    DeliveryState state = succeeded ? DeliveryState.SUCCEEDED : DeliveryState.FAILED;
    Verdict verdict = new Verdict(state, 1, 0, row.deadline(), 0, Verdict.Health.GOOD);
    AttemptRow attempt = OutcomeEntry.attempt(writing.nextId(0), row, verdict, result, null);
    writing.batch.attempts.add(attempt);
    writing.onCommit(() -> writing.post(loop, () -> loop.attempted(endpoint, attempt, type)));
    return attempt;
  }
}
