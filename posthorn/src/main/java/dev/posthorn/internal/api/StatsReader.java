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
import dev.posthorn.spi.store.EndpointState;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.StoreStats;
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

  static PosthornStats read(EngineStats instruments) {
    LaneGauges census = instruments.census();
    EngineCounters meter = instruments.meter();
    return new PosthornStats(
        messages(meter),
        deliveries(instruments, census),
        attempts(instruments),
        endpoints(census, meter),
        storage(instruments),
        new PosthornStats.Failures(
            instruments.condition().unforeseen(), instruments.eventsDropped()));
  }

  private static PosthornStats.Messages messages(EngineCounters meter) {
    return new PosthornStats.Messages(
        meter.messagesAccepted(),
        meter.messagesUnmatched(),
        meter.messagesDuplicate(),
        counts(Arrays.asList(Reason.values()), Function.identity(), meter::messagesRefused));
  }

  private static PosthornStats.Deliveries deliveries(EngineStats instruments, LaneGauges census) {
    EngineCounters meter = instruments.meter();
    return new PosthornStats.Deliveries(
        meter.deliveriesCreated(),
        counts(Arrays.asList(DeliveryState.values()), Function.identity(), meter::deliveriesEnded),
        census.permits(),
        instruments.limits().maxInFlight(),
        census.loaded(),
        Duration.ofMillis(census.overdueMillis()));
  }

  private static PosthornStats.Attempts attempts(EngineStats instruments) {
    EngineCounters meter = instruments.meter();
    return new PosthornStats.Attempts(
        counts(AttemptResult.ofAttempts(), AttemptResult::code, meter::attempts),
        counts(Arrays.asList(Resource.values()), Resource::code, instruments::exchangesPostponed),
        latency(meter.attemptTime()),
        latency(meter.firstAttemptDelay()));
  }

  private static PosthornStats.Endpoints endpoints(LaneGauges census, EngineCounters meter) {
    return new PosthornStats.Endpoints(
        census.lanes(),
        census.slow(),
        census.spared(),
        census.unloaded(),
        counts(
            Arrays.asList(EndpointState.values()),
            state -> Endpoint.State.valueOf(state.name()),
            meter::endpointsDisabled));
  }

  private static PosthornStats.Storage storage(EngineStats instruments) {
    long file = -1;
    long wal = -1;
    try {
      StoreStats sizes = instruments.store();
      file = sizes.fileBytes();
      wal = sizes.walBytes();
    } catch (StoreException e) {
      // the disk fails: the other figures can be read
    }
    return new PosthornStats.Storage(
        file,
        wal,
        instruments.journal().commits(),
        latency(instruments.journal().commitTime()),
        instruments.payloadBytes());
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
