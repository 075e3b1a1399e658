package dev.posthorn.spring.boot.actuate;

import dev.posthorn.Posthorn;
import dev.posthorn.metrics.PosthornMetrics;
import dev.posthorn.spring.boot.ManagedPosthorn;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.HashSet;
import java.util.Set;

/** Binds the meters of each Posthorn that opens, in place of those of the one before. */
final class PosthornMeters implements MeterBinder {
  private final ManagedPosthorn posthorn;

  PosthornMeters(ManagedPosthorn posthorn) {
    this.posthorn = posthorn;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    Set<Meter.Id> bound = new HashSet<>();
    posthorn.whenOpen(open -> rebind(registry, bound, open));
  }

  /** Removes the meters of a closed one: a registry keeps the first meter of an id. */
  private static void rebind(MeterRegistry registry, Set<Meter.Id> bound, Posthorn open) {
    bound.forEach(registry::remove);
    bound.clear();
    Set<Meter.Id> before = ids(registry);
    new PosthornMetrics(open).bindTo(registry);
    bound.addAll(ids(registry));
    bound.removeAll(before);
  }

  private static Set<Meter.Id> ids(MeterRegistry registry) {
    Set<Meter.Id> ids = new HashSet<>();
    registry.forEachMeter(
        meter -> {
          if (meter.getId().getName().startsWith("posthorn.")) {
            ids.add(meter.getId());
          }
        });
    return ids;
  }
}
