package dev.posthorn.internal.metrics;

import dev.posthorn.internal.engine.EngineStats;
import dev.posthorn.internal.engine.base.LatencyHistogram;
import dev.posthorn.spi.store.StoreException;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** Registers meters that read the engine's statistics, which the registry does not keep alive. */
final class Binding {
  /** Upper bounds of the histogram buckets in microseconds, 1 ms to 30 s. */
  private static final long[] BOUNDS = {
    1_000,
    2_500,
    5_000,
    10_000,
    25_000,
    50_000,
    100_000,
    250_000,
    500_000,
    1_000_000,
    2_500_000,
    5_000_000,
    10_000_000,
    30_000_000
  };

  private final MeterRegistry registry;
  private final EngineStats stats;
  private final List<Tag> tags;

  Binding(MeterRegistry registry, EngineStats stats, List<Tag> tags) {
    this.registry = registry;
    this.stats = stats;
    this.tags = tags;
  }

  void count(String name, String what, ToDoubleFunction<EngineStats> read, Tag... more) {
    FunctionCounter.builder(name, stats, read)
        .description(what)
        .tags(tags)
        .tags(Tags.of(more))
        .register(registry);
  }

  void gauge(String name, String what, @Nullable String unit, ToDoubleFunction<EngineStats> read) {
    Gauge.builder(name, stats, orNothing(read))
        .description(what)
        .baseUnit(unit)
        .tags(tags)
        .register(registry);
  }

  void seconds(String name, String what, ToDoubleFunction<EngineStats> read) {
    TimeGauge.builder(name, stats, TimeUnit.SECONDS, read)
        .description(what)
        .tags(tags)
        .register(registry);
  }

  /**
   * Registers a timer, and its cumulative histogram under the name that Micrometer uses in
   * registries without native histograms.
   */
  void time(String name, String what, Function<EngineStats, LatencyHistogram> read) {
    FunctionTimer.builder(
            name,
            stats,
            from -> read.apply(from).count(),
            from -> read.apply(from).totalMicros(),
            TimeUnit.MICROSECONDS)
        .description(what)
        .tags(tags)
        .register(registry);
    for (long micros : BOUNDS) {
      String bound = Double.toString(micros / 1e6);
      count(name + ".histogram", what, from -> read.apply(from).countUpTo(micros), le(bound));
    }
    count(name + ".histogram", what, from -> read.apply(from).count(), le("+Inf"));
  }

  private static Tag le(String bound) {
    return Tag.of("le", bound);
  }

  /** Wraps a reading so that it returns NaN once the store is closed. */
  private static ToDoubleFunction<EngineStats> orNothing(ToDoubleFunction<EngineStats> read) {
    return from -> {
      try {
        return read.applyAsDouble(from);
      } catch (StoreException e) {
        return Double.NaN;
      }
    };
  }
}
