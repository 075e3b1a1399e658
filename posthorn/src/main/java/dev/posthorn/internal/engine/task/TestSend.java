package dev.posthorn.internal.engine.task;

import dev.posthorn.AttemptKind;
import dev.posthorn.DeliveryState;
import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.internal.engine.base.SendRequest;
import dev.posthorn.internal.engine.journal.JournalBatch;
import dev.posthorn.internal.engine.journal.SettingsWriter;
import dev.posthorn.internal.engine.lane.Delivery;
import dev.posthorn.internal.engine.lane.LaneContext;
import dev.posthorn.internal.engine.lane.OutcomeEntry;
import dev.posthorn.internal.engine.lane.Payload;
import dev.posthorn.internal.engine.lane.ShardLoop;
import dev.posthorn.internal.engine.lane.Verdict;
import dev.posthorn.internal.engine.registry.LaneSettings;
import dev.posthorn.internal.engine.registry.RegisteredEndpoint;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.spi.store.rows.MessageSpec;
import dev.posthorn.spi.transport.ExchangeResult;
import dev.posthorn.spi.transport.ExchangeResult.Response;
import java.util.concurrent.CompletableFuture;

/**
 * A manual test of an endpoint: one exchange beside its lane. So it waits for no turn, is made even
 * while the endpoint is paused or disabled, and counts neither for nor against it.
 *
 * <p>Its message is on disk before the exchange, or its id could be assigned again after a crash.
 * There is no live row: a test that a crash interrupts is not repeated.
 */
final class TestSend {
  private final SettingsWriter changes;
  private final LaneContext context;
  private final ShardLoop loop;
  private final RegisteredEndpoint endpoint;

  TestSend(
      LaneContext context, SettingsWriter changes, ShardLoop loop, RegisteredEndpoint endpoint) {
    this.context = context;
    this.changes = changes;
    this.loop = loop;
    this.endpoint = endpoint;
  }

  /** Stores the message. */
  CompletableFuture<MessageRow> store(SendRequest request) {
    return changes.change(batch -> store(request, batch));
  }

  private MessageRow store(SendRequest request, JournalBatch batch) {
    MessageRow message =
        new MessageRow(
            batch.nextId(1), // its delivery has the id after it
            request.application(),
            MessageSpec.of(request.type())
                .withChannels(request.channels())
                .withTags(request.options().tags())
                .withContentType(request.contentType()),
            new long[] {endpoint.id},
            request.body());
    batch.in(endpoint.partition).messages.add(message);
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
            loop.sender().send(delivery, settings, null, ended::complete);
          }
        });
    return ended
        .whenComplete((result, why) -> delivery.releasePayload())
        .thenApply(this::happened)
        .thenCompose(
            result ->
                changes
                    .often()
                    .change(batch -> store(delivery.row, message.spec(), result, batch)));
  }

  /** Fails the test if there was no exchange: that is no attempt. */
  private ExchangeResult happened(ExchangeResult result) {
    if (result.isOwnShortage() && result instanceof ExchangeResult.Failure failure) {
      context.shortages().met(result, loop.nanos());
      throw new PosthornException(
          Reason.OVERLOADED, "the test was not sent: " + failure.detail() + "; try again later");
    }
    return result;
  }

  private Payload payload(MessageRow message) {
    Payload kept = context.payloads().keep(message, 1);
    if (kept == null) {
      throw new PosthornException(
          Reason.OVERLOADED,
          "no memory for the payload of a test; nothing was sent, try again later");
    }
    return kept;
  }

  private LaneSettings settings() {
    RegisteredEndpoint.Settings source = endpoint.settings();
    if (source.deleted()) { // its secrets are gone: it would be sent unsigned
      throw new PosthornException(Reason.NOT_FOUND, "endpoint: removed before the test was sent");
    }
    try {
      return context.settings().make(endpoint.environment, source);
    } catch (Throwable e) { // a wire format may throw anything
      throw new PosthornException(
          Reason.STORE_FAILED, "endpoint: cannot be sent to: " + e.getMessage(), e);
    }
  }

  private LiveRow row(MessageRow message) {
    long now = loop.millis();
    return LiveRow.parked(message.id() + 1, endpoint.id, message.id(), now, now, AttemptKind.TEST);
  }

  private AttemptRow store(
      LiveRow row, MessageSpec message, ExchangeResult result, JournalBatch batch) {
    boolean succeeded = result instanceof Response response && response.status() / 100 == 2;
    DeliveryState state = succeeded ? DeliveryState.SUCCEEDED : DeliveryState.FAILED;
    Verdict verdict = new Verdict(state, 1, 0, row.deadline(), 0, Verdict.Health.GOOD);
    AttemptRow attempt = OutcomeEntry.attempt(batch.nextId(0), row, verdict, result, null);
    batch.in(endpoint.partition).attempts.add(attempt);
    batch.onCommit(() -> batch.post(loop, () -> loop.attempted(endpoint, attempt, message)));
    return attempt;
  }
}
