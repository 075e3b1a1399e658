package dev.posthorn.internal.metrics;

import dev.posthorn.DeliveryState;
import dev.posthorn.Reason;
import dev.posthorn.internal.engine.EngineStats;
import dev.posthorn.internal.engine.base.AttemptResult;
import dev.posthorn.spi.store.EndpointState;
import dev.posthorn.spi.transport.ErrorClass.Resource;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The meters of an engine; those of {@code PosthornMetrics} and of the server. */
public final class EngineMetrics implements MeterBinder {
  private static final Set<Reason> REFUSALS =
      EnumSet.complementOf(EnumSet.of(Reason.INVALID, Reason.STORE_LOCKED, Reason.LIMIT_REACHED));

  private final EngineStats instruments;
  private final List<Tag> tags;

  /** Creates a binder for an engine, with tags of all its meters. */
  public EngineMetrics(EngineStats instruments, Iterable<Tag> tags) {
    this.instruments = instruments;
    this.tags = Tags.of(tags).stream().toList();
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    Binding binding = new Binding(registry, instruments, tags);
    messages(binding);
    deliveries(binding);
    attempts(binding);
    journal(binding);
    memory(binding);
  }

  private static void messages(Binding binding) {
    binding.count(
        "posthorn.messages.accepted",
        "messages accepted, with all of their deliveries on disk",
        from -> from.meter().messagesAccepted());
    binding.count(
        "posthorn.messages.unmatched",
        "accepted messages that were for no endpoint",
        from -> from.meter().messagesUnmatched());
    binding.count(
        "posthorn.messages.duplicates",
        "messages sent again under the event id of an accepted one",
        from -> from.meter().messagesDuplicate());
    for (Reason reason : REFUSALS) {
      binding.count(
          "posthorn.messages.refused",
          "messages refused",
          from -> from.meter().messagesRefused(reason),
          Tag.of("reason", lower(reason)));
    }
  }

  private static void deliveries(Binding binding) {
    binding.count(
        "posthorn.deliveries.added",
        "deliveries that came to be, by acceptance or replay",
        from -> from.meter().deliveriesCreated());
    for (DeliveryState state : EnumSet.complementOf(EnumSet.of(DeliveryState.WAITING))) {
      binding.count(
          "posthorn.deliveries.ended",
          "deliveries that came to their end",
          from -> from.meter().deliveriesEnded(state),
          Tag.of("state", lower(state)));
    }
    binding.gauge(
        "posthorn.deliveries.loaded",
        "deliveries that wait in memory",
        null,
        from -> from.census().loaded());
    binding.seconds(
        "posthorn.deliveries.overdue",
        "how long the delivery that is due longest is overdue",
        from -> from.census().overdueMillis() / 1e3);
    binding.count(
        "posthorn.endpoints.disabled",
        "endpoints disabled by Posthorn",
        from -> from.meter().endpointsDisabled(EndpointState.DISABLED_FAILING),
        Tag.of("reason", "failing"));
    binding.count(
        "posthorn.endpoints.disabled",
        "endpoints disabled by Posthorn",
        from -> from.meter().endpointsDisabled(EndpointState.DISABLED_GONE),
        Tag.of("reason", "gone"));
    binding.count(
        "posthorn.events.dropped",
        "events that listeners were too slow for",
        EngineStats::eventsDropped);
  }

  private static void attempts(Binding binding) {
    for (AttemptResult result : AttemptResult.ofAttempts()) {
      binding.count(
          "posthorn.attempts",
          "attempts by class of status or error",
          from -> from.meter().attempts(result),
          Tag.of("result", result.code()));
    }
    for (AttemptResult error : AttemptResult.OF_BODIES) {
      binding.count(
          "posthorn.responses.broken",
          "responses whose body did not come whole",
          from -> from.meter().brokenBodies(error),
          Tag.of("error", error.code()));
    }
    for (Resource resource : Resource.values()) {
      binding.count(
          "posthorn.attempts.postponed",
          "attempts that were not made since this process was short of something",
          from -> from.exchangesPostponed(resource),
          Tag.of("resource", resource.code()));
    }
    binding.time(
        "posthorn.attempts.time", "how long attempts took", from -> from.meter().attemptTime());
    binding.time(
        "posthorn.attempts.first.delay",
        "from the acceptance of a message to the start of its first attempt",
        from -> from.meter().firstAttemptDelay());
  }

  private static void journal(Binding binding) {
    binding.time(
        "posthorn.journal.commit", "how long commits took", from -> from.journal().commitTime());
    binding.count(
        "posthorn.journal.entries",
        "entries that commits made durable",
        from -> from.journal().entries());
    binding.gauge(
        "posthorn.failing",
        "1 while nothing can be stored, 2 once only a new start helps",
        null,
        from -> from.condition().hasFailed() ? 2 : from.condition().trouble().isPresent() ? 1 : 0);
    binding.count(
        "posthorn.failures.unforeseen",
        "what failed in a way that nobody foresaw",
        from -> from.condition().unforeseen());
    binding.gauge(
        "posthorn.store.size",
        "the size of the database",
        "bytes",
        from -> from.store().fileBytes());
    binding.gauge(
        "posthorn.store.wal.size",
        "the size of its write-ahead log",
        "bytes",
        from -> from.store().walBytes());
  }

  private static void memory(Binding binding) {
    binding.gauge("posthorn.lanes", "endpoints in memory", null, from -> from.census().lanes());
    binding.gauge(
        "posthorn.lanes.slow", "lanes that are slow or fail", null, from -> from.census().slow());
    binding.gauge(
        "posthorn.lanes.circuit.open",
        "lanes whose circuit breaker is not closed",
        null,
        from -> from.census().spared());
    binding.gauge(
        "posthorn.lanes.unloaded",
        "lanes with deliveries that are only in the store",
        null,
        from -> from.census().unloaded());
    binding.gauge(
        "posthorn.deliveries.in.flight",
        "deliveries from the start of a request until its outcome is on disk",
        null,
        from -> from.census().permits());
    binding.gauge(
        "posthorn.deliveries.in.flight.max",
        "maximum of deliveries in flight",
        null,
        from -> from.limits().permits());
    binding.gauge("posthorn.hot.rows", "waiting deliveries in hot", null, EngineStats::hotRows);
    binding.gauge(
        "posthorn.hot.rows.max",
        "waiting deliveries that hot may hold",
        null,
        from -> from.limits().hotRows());
    binding.gauge(
        "posthorn.payloads.size",
        "payloads in memory for deliveries that wait",
        "bytes",
        EngineStats::payloadBytes);
    binding.gauge(
        "posthorn.payloads.in.flight",
        "room that payloads in flight take",
        "bytes",
        from -> from.census().bytesUnderWay());
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
