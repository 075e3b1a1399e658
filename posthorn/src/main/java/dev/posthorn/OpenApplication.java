package dev.posthorn;

import dev.posthorn.engine.Acceptance;
import dev.posthorn.engine.Accepted;
import dev.posthorn.error.PosthornException;
import dev.posthorn.store.ApplicationRow;
import dev.posthorn.wire.WireFormat;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** An application of an open database. */
final class OpenApplication implements Application {
  private static final Duration LONGEST_DELAY = Duration.ofDays(366);

  private final Views views;
  private final ApplicationRow row;
  private final long sendMillis;
  private final Endpoints endpoints;
  private final Messages messages;

  OpenApplication(Views views, ApplicationRow row, List<WireFormat> formats, long sendMillis) {
    this.views = views;
    this.row = row;
    this.sendMillis = sendMillis;
    this.endpoints = new OpenEndpoints(views, row.id(), formats);
    this.messages = new OpenMessages(views, row.id());
  }

  @Override
  public String id() {
    return views.id(Views.APPLICATION, row.id());
  }

  @Override
  public @Nullable String uid() {
    return row.uid();
  }

  @Override
  public Endpoints endpoints() {
    return endpoints;
  }

  @Override
  public Messages messages() {
    return messages;
  }

  @Override
  public Receipt send(NewMessage message) {
    return receipt(views.engine().accept(acceptance(message), sendMillis));
  }

  @Override
  public CompletableFuture<Receipt> sendAsync(NewMessage message) {
    try {
      return views.engine().acceptAsync(acceptance(message)).thenApply(this::receipt);
    } catch (PosthornException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private Acceptance acceptance(NewMessage message) {
    Instant deliverAt = message.deliverAt;
    Instant expiresAt = message.expiresAt;
    Instant now = Instant.ofEpochMilli(views.engine().millis());
    if (deliverAt != null && deliverAt.isAfter(now.plus(LONGEST_DELAY))) {
      throw PosthornException.invalid("deliverAt", "must be at most a year from now");
    }
    if (expiresAt != null && !expiresAt.isAfter(now)) {
      throw PosthornException.invalid("expiresAt", "is past; give a time to come");
    }
    if (deliverAt != null && expiresAt != null && !expiresAt.isAfter(deliverAt)) {
      throw PosthornException.invalid("expiresAt", "must be after deliverAt");
    }
    return new Acceptance(
        row.id(),
        message.type,
        message.channels,
        message.contentType,
        message.body,
        new Acceptance.Options(
            message.eventId,
            deliverAt == null ? 0 : deliverAt.toEpochMilli(),
            expiresAt == null ? 0 : expiresAt.toEpochMilli(),
            null));
  }

  private Receipt receipt(Accepted accepted) {
    return new Receipt(
        views.id(Views.MESSAGE, accepted.message()),
        Arrays.stream(accepted.targets()).mapToObj(id -> views.id(Views.ENDPOINT, id)).toList(),
        accepted.duplicate());
  }
}
