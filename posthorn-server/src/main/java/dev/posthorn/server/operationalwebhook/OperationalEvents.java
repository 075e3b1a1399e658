package dev.posthorn.server.operationalwebhook;

import dev.posthorn.AttemptKind;
import dev.posthorn.DeliveryState;
import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.base.EngineListener;
import dev.posthorn.internal.engine.base.SendRequest;
import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.internal.id.Ids;
import dev.posthorn.server.http.Answer;
import dev.posthorn.spi.store.reads.PartitionReads;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EndpointState;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.spi.store.rows.MessageSpec;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JsonGenerator;

/**
 * Sends operational webhooks about an environment's endpoints and messages. They are ordinary
 * messages: stored, signed and retried. They cause no operational webhooks themselves, so there are
 * no loops.
 *
 * <p>An event is sent after the change is on disk. A crash in between, or more events than
 * listeners can handle, loses the notification but never the change.
 */
public final class OperationalEvents implements EngineListener {
  /** Number of failed attempts after which a delivery counts as failing. */
  public static final int FAILING_AFTER = 4;

  /** All event types. */
  public static final Set<String> TYPES =
      Set.of(
          "endpoint.created",
          "endpoint.updated",
          "endpoint.deleted",
          "endpoint.failing",
          "endpoint.disabled",
          "endpoint.enabled",
          "message.attempt.failing",
          "message.attempt.exhausted",
          "message.attempt.recovered");

  private static final Logger LOG = LoggerFactory.getLogger(OperationalEvents.class);

  private final Engine engine;
  private final AtomicLong sequence = new AtomicLong();

  /** Creates a listener, which the caller adds to the engine. */
  public OperationalEvents(Engine engine) {
    this.engine = engine;
  }

  // ---- endpoints -----------------------------------------------------------------------------

  @Override
  public void created(EndpointRow endpoint) {
    tell(endpoint, "endpoint.created", json -> {});
  }

  @Override
  public void updated(EndpointRow before, EndpointRow after) {
    tell(after, "endpoint.updated", json -> {});
    if (before.state().isDisabled() && !after.state().isDisabled()) {
      tell(after, "endpoint.enabled", json -> {});
    } else if (!before.state().isDisabled() && after.state().isDisabled()) {
      disabled(after, "manual", 0);
    }
  }

  @Override
  public void deleted(ApplicationRow owner, EndpointRow endpoint) {
    tell(target(owner), endpoint, "endpoint.deleted", json -> {});
  }

  @Override
  public void disabled(EndpointRow endpoint, EndpointState state, long failingSince) {
    disabled(endpoint, "automatic", failingSince);
  }

  /**
   * Sends an event about an endpoint that will be disabled unless a delivery succeeds; once for
   * each endpoint, time and part.
   *
   * @param percent the part of the time that has passed
   * @param since the time in milliseconds from which on every attempt failed
   * @param disabledFrom the time from which failures disable it
   */
  public void failing(EndpointRow endpoint, int percent, long since, long disabledFrom) {
    Target target = target(endpoint);
    if (target == null) {
      return;
    }
    String type = "endpoint.failing";
    String event = type + "." + id(IdPrefix.ENDPOINT, endpoint.id()) + "." + since + "." + percent;
    send(
        target,
        type,
        event,
        json ->
            endpoint(
                json,
                target,
                endpoint,
                more -> {
                  time(more, "failSince", since);
                  time(more, "disabledFrom", disabledFrom);
                  more.writeNumberProperty("percent", percent);
                }));
  }

  private void disabled(EndpointRow endpoint, String trigger, long failingSince) {
    tell(
        endpoint,
        "endpoint.disabled",
        json -> {
          if (failingSince > 0) {
            time(json, "failSince", failingSince);
          } else {
            json.writeNullProperty("failSince");
          }
          json.writeStringProperty("trigger", trigger);
        });
  }

  private void tell(EndpointRow endpoint, String type, Consumer<JsonGenerator> more) {
    tell(target(endpoint), endpoint, type, more);
  }

  private void tell(
      @Nullable Target target, EndpointRow endpoint, String type, Consumer<JsonGenerator> more) {
    if (target != null) {
      // A unique id for each event; the same change may happen again within the same millisecond.
      String event =
          type
              + "."
              + id(IdPrefix.ENDPOINT, endpoint.id())
              + "."
              + engine.millis()
              + "."
              + sequence.getAndIncrement();
      send(target, type, event, json -> endpoint(json, target, endpoint, more));
    }
  }

  // ---- attempts ------------------------------------------------------------------------------

  @Override
  public boolean caresFor(AttemptRow attempt) {
    if (attempt.kind() == AttemptKind.TEST) {
      return false;
    }
    return switch (attempt.state()) {
      case FAILED -> attempt.kind() != AttemptKind.RECOVERY; // the failure was reported before
      case WAITING -> attempt.spent() == FAILING_AFTER;
      case SUCCEEDED -> attempt.spent() > FAILING_AFTER || attempt.kind().isReplay();
      case CANCELLED -> false;
    };
  }

  @Override
  public void attempted(EndpointRow endpoint, AttemptRow attempt, @Nullable MessageSpec spec) {
    Target target = caresFor(attempt) ? target(endpoint) : null;
    if (target == null) {
      return;
    }
    PartitionReads store = engine.store(endpoint.application());
    if (attempt.state() == DeliveryState.SUCCEEDED && !failedBefore(store, attempt)) {
      return;
    }
    String type =
        switch (attempt.state()) {
          case FAILED -> "message.attempt.exhausted";
          case WAITING -> "message.attempt.failing";
          default -> "message.attempt.recovered";
        };
    // With Retry-After, the fourth failure may be reported again: send the event once per delivery.
    String subject =
        attempt.state() == DeliveryState.WAITING
            ? id(IdPrefix.DELIVERY, attempt.delivery())
            : id(IdPrefix.ATTEMPT, attempt.id());
    MessageRow message = store.messageWithoutBody(attempt.message());
    send(
        target,
        type,
        type + "." + subject,
        json -> {
          endpoint(json, target, endpoint, more -> attempt(more, message, attempt));
        });
  }

  /** Returns whether an earlier operational webhook reported the delivery as failing or failed. */
  private static boolean failedBefore(PartitionReads store, AttemptRow success) {
    boolean failed = success.spent() > FAILING_AFTER;
    AttemptRow before = failed ? null : before(store, success);
    while (before != null && !failed) {
      failed = before.kind() != AttemptKind.TEST && before.state() == DeliveryState.FAILED;
      before = before(store, before);
    }
    return failed;
  }

  /** Returns the previous attempt of the same message for the same endpoint, or null. */
  private static @Nullable AttemptRow before(PartitionReads store, AttemptRow attempt) {
    return store.lastAttempt(attempt.message(), attempt.endpoint(), attempt.id());
  }

  private void attempt(JsonGenerator json, @Nullable MessageRow message, AttemptRow attempt) {
    json.writeStringProperty(
        "msgId",
        engine.publicIds().message(attempt.message(), message == null ? null : message.publicId()));
    text(json, "msgEventId", message == null ? null : message.eventId());
    json.writeObjectPropertyStart("lastAttempt");
    json.writeStringProperty("id", id(IdPrefix.ATTEMPT, attempt.id()));
    json.writeNumberProperty("responseStatusCode", attempt.status());
    time(json, "timestamp", Ids.timeOf(attempt.id()));
    json.writeEndObject();
  }

  // ---- sending -------------------------------------------------------------------------------

  /** The owner of an endpoint, and the application whose endpoints receive the event. */
  private record Target(ApplicationRow owner, ApplicationRow told) {}

  /**
   * Returns the receivers of events about an endpoint, or null if there are none or the endpoint
   * itself receives operational webhooks.
   */
  private @Nullable Target target(EndpointRow endpoint) {
    return target(engine.registry().application(endpoint.application()));
  }

  private @Nullable Target target(@Nullable ApplicationRow owner) {
    if (owner == null || OperationalWebhooks.isHidden(owner)) {
      return null;
    }
    ApplicationRow told = OperationalWebhooks.applicationOrNull(engine, owner.environment());
    return told == null || engine.registry().endpoints(told.id()).isEmpty()
        ? null
        : new Target(owner, told);
  }

  private void endpoint(
      JsonGenerator json, Target target, EndpointRow endpoint, Consumer<JsonGenerator> more) {
    json.writeStringProperty("appId", id(IdPrefix.APPLICATION, target.owner.id()));
    text(json, "appUid", target.owner.uid());
    json.writeStringProperty("endpointId", id(IdPrefix.ENDPOINT, endpoint.id()));
    text(json, "endpointUid", endpoint.uid());
    more.accept(json);
  }

  private void send(Target target, String type, String event, Consumer<JsonGenerator> data) {
    byte[] body =
        Answer.json(
                200,
                json -> {
                  json.writeStartObject();
                  json.writeStringProperty("type", type);
                  json.writeObjectPropertyStart("data");
                  data.accept(json);
                  json.writeEndObject();
                  json.writeEndObject();
                })
            .body();
    var unused =
        engine
            .messages()
            .acceptAsync(
                new SendRequest(
                    target.told.id(),
                    type,
                    List.of(),
                    "application/json",
                    body,
                    new SendRequest.Options(event, 0, 0, null)))
            .whenComplete(
                (result, why) -> {
                  if (why != null) {
                    LOG.warn("Operational webhook {} was not sent: {}", event, why.getMessage());
                  }
                });
  }

  private String id(IdPrefix prefix, long id) {
    return engine.publicIds().format(prefix, id);
  }

  private static void text(JsonGenerator json, String name, @Nullable String value) {
    if (value == null) {
      json.writeNullProperty(name);
    } else {
      json.writeStringProperty(name, value);
    }
  }

  private static void time(JsonGenerator json, String name, long millis) {
    json.writeStringProperty(name, Instant.ofEpochMilli(millis).toString());
  }
}
