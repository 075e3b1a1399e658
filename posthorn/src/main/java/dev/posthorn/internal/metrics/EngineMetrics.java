package dev.posthorn.internal.metrics;

import dev.posthorn.DeliveryState;
import dev.posthorn.Reason;
import dev.posthorn.internal.engine.EngineStats;
import dev.posthorn.internal.engine.base.AttemptResult;
import dev.posthorn.spi.store.rows.EndpointState;
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

  private final EngineStats stats;
  private final List<Tag> tags;

  /** Creates a binder for an engine, with tags of all its meters. */
  public EngineMetrics(EngineStats stats, Iterable<Tag> tags) {
    this.stats = stats;
    this.tags = Tags.of(tags).stream().toList();
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    Binding binding = new Binding(registry, stats, tags);
    messages(binding);
    deliveries(binding);
    attempts(binding);
    journal(binding);
    nodes(binding);
    memory(binding);
  }

  private static void messages(Binding binding) {
    binding.count(
        "posthorn.messages.accepted",
        "messages accepted: on disk with all of their deliveries",
        from -> from.counters().messagesAccepted());
    binding.count(
        "posthorn.messages.unmatched",
        "accepted messages that matched no endpoint",
        from -> from.counters().messagesUnmatched());
    binding.count(
        "posthorn.messages.duplicates",
        "messages sent again under the event id of an accepted one",
        from -> from.counters().messagesDuplicate());
    for (Reason reason : REFUSALS) {
      binding.count(
          "posthorn.messages.refused",
          "messages refused",
          from -> from.counters().messagesRefused(reason),
          Tag.of("reason", lower(reason)));
    }
  }

  private static void deliveries(Binding binding) {
    binding.count(
        "posthorn.deliveries.added",
        "deliveries created by acceptance, broadcast or replay",
        from -> from.counters().deliveriesCreated());
    for (DeliveryState state : EnumSet.complementOf(EnumSet.of(DeliveryState.WAITING))) {
      binding.count(
          "posthorn.deliveries.ended",
          "deliveries that ended",
          from -> from.counters().deliveriesEnded(state),
          Tag.of("state", lower(state)));
    }
    binding.gauge(
        "posthorn.deliveries.loaded",
        "waiting deliveries in memory",
        null,
        from -> from.gauges().loaded());
    binding.seconds(
        "posthorn.deliveries.overdue",
        "age of the delivery that has been due longest",
        from -> from.gauges().overdueMillis() / 1e3);
    binding.count(
        "posthorn.endpoints.disabled",
        "endpoints disabled by Posthorn",
        from -> from.counters().endpointsDisabled(EndpointState.DISABLED_FAILING),
        Tag.of("reason", "failing"));
    binding.count(
        "posthorn.endpoints.disabled",
        "endpoints disabled by Posthorn",
        from -> from.counters().endpointsDisabled(EndpointState.DISABLED_GONE),
        Tag.of("reason", "gone"));
    binding.count(
        "posthorn.events.dropped", "events that slow listeners missed", EngineStats::eventsDropped);
  }

  private static void attempts(Binding binding) {
    for (AttemptResult result : AttemptResult.ofAttempts()) {
      binding.count(
          "posthorn.attempts",
          "attempts by class of status or error",
          from -> from.counters().attempts(result),
          Tag.of("result", result.code()));
    }
    for (AttemptResult error : AttemptResult.OF_BODIES) {
      binding.count(
          "posthorn.responses.broken",
          "responses whose body was incomplete",
          from -> from.counters().brokenBodies(error),
          Tag.of("error", error.code()));
    }
    for (Resource resource : Resource.values()) {
      binding.count(
          "posthorn.attempts.postponed",
          "attempts not made because this process was short of a resource",
          from -> from.exchangesPostponed(resource),
          Tag.of("resource", resource.code()));
    }
    binding.time(
        "posthorn.attempts.time", "duration of attempts", from -> from.counters().attemptTime());
    binding.time(
        "posthorn.attempts.first.delay",
        "time from the acceptance of a message to the start of its first attempt",
        from -> from.counters().firstAttemptDelay());
  }

  private static void journal(Binding binding) {
    binding.time(
        "posthorn.journal.commit", "duration of commits", from -> from.journal().commitTime());
    binding.count(
        "posthorn.journal.entries",
        "committed acceptances, outcomes and changes",
        from -> from.journal().entries());
    binding.gauge(
        "posthorn.failing",
        "1 while nothing can be stored, 2 if only a restart helps",
        null,
        from -> from.condition().hasFailed() ? 2 : from.condition().trouble().isPresent() ? 1 : 0);
    binding.gauge(
        "posthorn.store.lease",
        "1 while this process holds the lease of the store, 0 while it does not, -1 once another"
            + " process has taken over",
        null,
        from -> from.condition().isFenced() ? -1 : from.holdsLease() ? 1 : 0);
    binding.count(
        "posthorn.failures.unforeseen",
        "unforeseen failures",
        from -> from.condition().unforeseen());
    binding.gauge(
        "posthorn.store.size", "size of the database", "bytes", from -> from.store().fileBytes());
    binding.gauge(
        "posthorn.store.wal.size",
        "size of the write-ahead log",
        "bytes",
        from -> from.store().walBytes());
  }

  private static void nodes(Binding binding) {
    binding.gauge(
        "posthorn.node.partitions",
        "partitions whose messages this process delivers",
        null,
        EngineStats::partitions);
    binding.count(
        "posthorn.node.takeovers",
        "processes that this one has taken over from",
        from -> from.node() == null ? 0 : from.node().takeovers());
    binding.count(
        "posthorn.node.losses",
        "times that another process has taken over from this one",
        from -> from.node() == null ? 0 : from.node().losses());
    binding.seconds(
        "posthorn.handoff.lag",
        "age of the oldest work of other processes that waited at the last look",
        from -> from.counters().handoffLagMillis() / 1e3);
    binding.gauge(
        "posthorn.settings.version",
        "number of batches with changes of settings that are in memory",
        null,
        EngineStats::settingsVersion);
  }

  private static void memory(Binding binding) {
    binding.gauge("posthorn.lanes", "endpoints in memory", null, from -> from.gauges().lanes());
    binding.gauge(
        "posthorn.lanes.slow",
        "lanes that are slow or failing",
        null,
        from -> from.gauges().slow());
    binding.gauge(
        "posthorn.lanes.circuit.open",
        "lanes whose circuit breaker is not closed",
        null,
        from -> from.gauges().circuitOpen());
    binding.gauge(
        "posthorn.lanes.unloaded",
        "lanes with deliveries that are in the store only",
        null,
        from -> from.gauges().unloaded());
    binding.gauge(
        "posthorn.deliveries.in.flight",
        "deliveries from the start of a request until its outcome is on disk",
        null,
        from -> from.gauges().permits());
    binding.gauge(
        "posthorn.deliveries.in.flight.max",
        "maximum of deliveries in flight",
        null,
        from -> from.limits().maxInFlight());
    binding.gauge("posthorn.hot.rows", "deliveries in the table hot", null, EngineStats::hotRows);
    binding.gauge(
        "posthorn.hot.rows.max",
        "maximum number of deliveries in the table hot",
        null,
        from -> from.limits().hotRows());
    binding.gauge(
        "posthorn.payloads.size",
        "payloads in memory for waiting deliveries",
        "bytes",
        EngineStats::payloadBytes);
    binding.gauge(
        "posthorn.payloads.in.flight",
        "room that payloads in flight take",
        "bytes",
        from -> from.gauges().bytesUnderWay());
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
