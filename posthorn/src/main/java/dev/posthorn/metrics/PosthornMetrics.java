package dev.posthorn.metrics;

import dev.posthorn.Inbox;
import dev.posthorn.Posthorn;
import dev.posthorn.PosthornException;
import dev.posthorn.internal.api.Instrumented;
import dev.posthorn.internal.metrics.EngineMetrics;
import dev.posthorn.internal.metrics.InboxMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Meters of an open Posthorn for a Micrometer registry, as in {@code new
 * PosthornMetrics(posthorn).bindTo(registry)}.
 *
 * <p>The meters read figures that the engine counts anyway, so binding costs deliveries nothing. No
 * meter has a tag with an id: their number does not depend on the number of endpoints. Names, units
 * and tags are listed in {@code docs/reference/metrics.md}.
 */
@SuppressWarnings("exports") // Micrometer is optional: a module without it must compile
public final class PosthornMetrics implements MeterBinder {
  private final EngineMetrics metrics;
  private final @Nullable InboxMetrics inbox;

  /** Creates a binder for an open Posthorn. */
  public PosthornMetrics(Posthorn posthorn) {
    this(posthorn, List.of());
  }

  /**
   * Creates a binder for an open Posthorn.
   *
   * @param tags tags of all its meters, such as one that tells two databases apart
   * @throws PosthornException with INVALID if {@link Posthorn#open} did not return it
   */
  public PosthornMetrics(Posthorn posthorn, Iterable<Tag> tags) {
    if (!(posthorn instanceof Instrumented open)) {
      throw PosthornException.invalid(
          "posthorn", "has no instruments; pass the object that Posthorn.open returned");
    }
    this.metrics = new EngineMetrics(open.engineStats(), tags);
    Inbox present = open.instrumentedInbox();
    this.inbox = present == null ? null : new InboxMetrics(present, tags);
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    metrics.bindTo(registry);
    if (inbox != null) {
      inbox.bindTo(registry);
    }
  }
}
