package dev.posthorn.internal.metrics;

import dev.posthorn.Inbox;
import dev.posthorn.InboxStats;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/** The meters of an inbox. */
public final class InboxMetrics implements MeterBinder {
  private final Inbox inbox;
  private final List<Tag> tags;

  /** Creates a binder for an inbox, with tags of all its meters. */
  public InboxMetrics(Inbox inbox, Iterable<Tag> tags) {
    this.inbox = inbox;
    this.tags = Tags.of(tags).stream().toList();
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    count(
        registry,
        "posthorn.inbox.relayed",
        "rows of the inbox whose messages were stored",
        InboxStats::relayed);
    count(
        registry,
        "posthorn.inbox.refused",
        "times that a row of the inbox was refused",
        InboxStats::refused);
    gauge(
        registry,
        "posthorn.inbox.rejected",
        "rows of the inbox that are not tried any more",
        InboxStats::rejected);
    gauge(
        registry,
        "posthorn.inbox.failing",
        "1 while rows of the inbox cannot be relayed",
        stats -> stats.trouble() == null ? 0 : 1);
    TimeGauge.builder(
            "posthorn.inbox.oldest",
            inbox,
            TimeUnit.SECONDS,
            from -> from.stats().oldest().toMillis() / 1e3)
        .description("age of the oldest row of the inbox at the last look")
        .tags(tags)
        .register(registry);
  }

  private void count(
      MeterRegistry registry, String name, String what, ToDoubleFunction<InboxStats> read) {
    FunctionCounter.builder(name, inbox, from -> read.applyAsDouble(from.stats()))
        .description(what)
        .tags(tags)
        .register(registry);
  }

  private void gauge(
      MeterRegistry registry, String name, String what, ToDoubleFunction<InboxStats> read) {
    Gauge.builder(name, inbox, from -> read.applyAsDouble(from.stats()))
        .description(what)
        .tags(tags)
        .register(registry);
  }
}
