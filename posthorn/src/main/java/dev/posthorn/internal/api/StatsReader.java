package dev.posthorn.internal.api;

import dev.posthorn.DeliveryState;
import dev.posthorn.Endpoint;
import dev.posthorn.PosthornStats;
import dev.posthorn.Reason;
import dev.posthorn.internal.engine.EngineStats;
import dev.posthorn.internal.engine.base.AttemptResult;
import dev.posthorn.internal.engine.base.EngineCounters;
import dev.posthorn.internal.engine.base.LatencyHistogram;
import dev.posthorn.internal.engine.lane.LaneGauges;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.StoreStats;
import dev.posthorn.spi.store.rows.EndpointState;
import dev.posthorn.spi.transport.ErrorClass.Resource;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/** Reads the figures of an engine into {@link PosthornStats}. */
final class StatsReader {
  private StatsReader() {}

  static PosthornStats read(EngineStats stats) {
    LaneGauges gauges = stats.gauges();
    EngineCounters counters = stats.counters();
    return new PosthornStats(
        messages(counters),
        deliveries(stats, gauges),
        attempts(stats),
        endpoints(gauges, counters),
        storage(stats),
        new PosthornStats.Failures(
            stats.condition().unforeseen(), stats.eventsDropped(), stats.condition().isFenced()));
  }

  private static PosthornStats.Messages messages(EngineCounters counters) {
    return new PosthornStats.Messages(
        counters.messagesAccepted(),
        counters.messagesUnmatched(),
        counters.messagesDuplicate(),
        counts(Arrays.asList(Reason.values()), Function.identity(), counters::messagesRefused));
  }

  private static PosthornStats.Deliveries deliveries(EngineStats stats, LaneGauges gauges) {
    EngineCounters counters = stats.counters();
    return new PosthornStats.Deliveries(
        counters.deliveriesCreated(),
        counts(
            Arrays.asList(DeliveryState.values()), Function.identity(), counters::deliveriesEnded),
        gauges.permits(),
        stats.limits().maxInFlight(),
        gauges.loaded(),
        Duration.ofMillis(gauges.overdueMillis()));
  }

  private static PosthornStats.Attempts attempts(EngineStats stats) {
    EngineCounters counters = stats.counters();
    return new PosthornStats.Attempts(
        counts(AttemptResult.ofAttempts(), AttemptResult::code, counters::attempts),
        counts(Arrays.asList(Resource.values()), Resource::code, stats::exchangesPostponed),
        latency(counters.attemptTime()),
        latency(counters.firstAttemptDelay()));
  }

  private static PosthornStats.Endpoints endpoints(LaneGauges gauges, EngineCounters counters) {
    return new PosthornStats.Endpoints(
        gauges.lanes(),
        gauges.slow(),
        gauges.circuitOpen(),
        gauges.unloaded(),
        counts(
            Arrays.asList(EndpointState.values()),
            state -> Endpoint.State.valueOf(state.name()),
            counters::endpointsDisabled));
  }

  private static PosthornStats.Storage storage(EngineStats stats) {
    long file = -1;
    long wal = -1;
    try {
      StoreStats sizes = stats.store();
      file = sizes.fileBytes();
      wal = sizes.walBytes();
    } catch (StoreException e) {
      // the disk fails: the other figures can be read
    }
    return new PosthornStats.Storage(
        file,
        wal,
        stats.journal().commits(),
        latency(stats.journal().commitTime()),
        stats.payloadBytes());
  }

  private static PosthornStats.Latency latency(LatencyHistogram times) {
    return new PosthornStats.Latency(
        times.count(), micros(times.totalMicros()), quantile(times, 0.5), quantile(times, 0.99));
  }

  private static Duration quantile(LatencyHistogram times, double share) {
    return micros(times.quantileMicros(share));
  }

  private static Duration micros(long micros) {
    return Duration.of(micros, ChronoUnit.MICROS);
  }

  private static <E, K> Map<K, Long> counts(
      Collection<E> all, Function<E, K> key, ToLongFunction<E> count) {
    return all.stream()
        .filter(each -> count.applyAsLong(each) > 0)
        .collect(Collectors.toMap(key, count::applyAsLong));
  }
}
