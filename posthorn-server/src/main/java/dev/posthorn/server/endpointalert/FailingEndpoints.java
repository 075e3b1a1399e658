package dev.posthorn.server.endpointalert;

import dev.posthorn.AttemptKind;
import dev.posthorn.DeliveryState;
import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.base.EngineListener;
import dev.posthorn.internal.id.Ids;
import dev.posthorn.server.endpointalert.EndpointAlert.Kind;
import dev.posthorn.spi.store.reads.AttemptFilter;
import dev.posthorn.spi.store.reads.AttemptQuery;
import dev.posthorn.spi.store.reads.PageRequest;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EndpointState;
import dev.posthorn.spi.store.rows.MessageSpec;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Notices endpoints that will be disabled unless a delivery succeeds. The first attempt after half
 * of the time, and the first one after nine tenths, cause a warning. The stored attempts tell
 * whether an attempt is the first one, so neither a restart nor another owner of the endpoint warns
 * again.
 */
final class FailingEndpoints implements EngineListener {
  private static final int MOST_REMEMBERED = 50_000;
  private static final int MOST_READ = 50;

  private final Engine engine;
  private final Warnings warnings;

  /**
   * The time before which no warning about an endpoint can be due. It saves looks, and nothing
   * more: whoever is missing here is looked at.
   */
  private final Map<Long, Long> quietUntil = new ConcurrentHashMap<>();

  /** Receives warnings, on a callback thread. */
  interface Warnings {
    /**
     * Called once for each kind and time of failures.
     *
     * @param disabledFrom the time from which failures disable the endpoint
     */
    void failing(EndpointRow endpoint, Kind kind, long at, long since, long disabledFrom);

    /** Called when the engine disabled an endpoint. */
    void disabled(EndpointRow endpoint, Kind kind, long since);
  }

  FailingEndpoints(Engine engine, Warnings warnings) {
    this.engine = engine;
    this.warnings = warnings;
  }

  @Override
  public boolean caresFor(AttemptRow attempt) {
    if (!counts(attempt) || attempt.state() == DeliveryState.SUCCEEDED) {
      return false;
    }
    Long quiet = quietUntil.get(attempt.endpoint());
    return quiet == null || Ids.timeOf(attempt.id()) >= quiet;
  }

  private static boolean counts(AttemptRow attempt) {
    return attempt.isExchange() && attempt.kind() != AttemptKind.TEST;
  }

  @Override
  public void attempted(EndpointRow endpoint, AttemptRow attempt, @Nullable MessageSpec message) {
    if (!caresFor(attempt)) {
      return; // another attempt was looked at meanwhile
    }
    EndpointRow present = engine.registry().endpoint(endpoint.id());
    if (present == null || present.state().isDisabled()) {
      return;
    }
    long window = engine.options().health().disableAfterMillis();
    long since = engine.stats().lane(endpoint.id()).join().health().failingSince();
    long at = Ids.timeOf(attempt.id());
    remember(endpoint.id(), since == 0 ? at : since, at, window);
    Kind kind = since == 0 ? null : Kind.due(at - since, window);
    if (kind != null && isFirst(attempt, present, since + kind.of(window))) {
      warnings.failing(present, kind, at, since, since + window);
    }
  }

  /**
   * Remembers the next time at which a warning may be due. If the endpoint recovers and fails
   * again, its first warning is due half of the time later than now, at the earliest.
   */
  private void remember(long endpoint, long since, long at, long window) {
    if (quietUntil.size() >= MOST_REMEMBERED) {
      quietUntil.clear();
    }
    long next = at + Kind.HALF.of(window);
    for (Kind kind : new Kind[] {Kind.HALF, Kind.NEARLY}) {
      long due = since + kind.of(window);
      next = due > at ? Math.min(next, due) : next;
    }
    quietUntil.put(endpoint, next);
  }

  /** Returns whether no attempt since a time is stored before the given one. */
  private boolean isFirst(AttemptRow attempt, EndpointRow endpoint, long since) {
    PageRequest between = new PageRequest(Ids.firstAt(since) - 1, attempt.id(), false, MOST_READ);
    return engine
        .store(endpoint.application())
        .attempts(new AttemptQuery(endpoint.id(), 0, between, AttemptFilter.NONE))
        .rows()
        .stream()
        .noneMatch(FailingEndpoints::counts);
  }

  @Override
  public void disabled(EndpointRow endpoint, EndpointState state, long failingSince) {
    quietUntil.remove(endpoint.id());
    Kind kind = state == EndpointState.DISABLED_GONE ? Kind.GONE : Kind.DISABLED;
    warnings.disabled(endpoint, kind, failingSince);
  }

  @Override
  public void updated(EndpointRow before, EndpointRow after) {
    quietUntil.remove(after.id()); // it may have been enabled again
  }
}
