package dev.posthorn.server.endpointalert;

import dev.posthorn.AttemptKind;
import dev.posthorn.DeliveryState;
import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.base.EngineListener;
import dev.posthorn.internal.id.Ids;
import dev.posthorn.server.endpointalert.EndpointAlert.Kind;
import dev.posthorn.spi.store.reads.AttemptFilter;
import dev.posthorn.spi.store.reads.AttemptQuery;
import dev.posthorn.spi.store.reads.Page;
import dev.posthorn.spi.store.reads.PageRequest;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EndpointState;
import dev.posthorn.spi.store.rows.MessageSpec;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices endpoints that will be disabled unless a delivery succeeds. The first attempt after half
 * of the time, and the first one after nine tenths, cause a warning. The stored attempts tell
 * whether an attempt is the first one, so neither a restart nor another owner of the endpoint warns
 * again.
 */
final class FailingEndpoints implements EngineListener, AutoCloseable {
  private static final int MOST_REMEMBERED = 50_000;
  private static final int MOST_READ = 50;
  private static final int MOST_UNSURE = 1_000;
  private static final long MOST_WAIT_SECONDS = 60;
  private static final Logger LOG = LoggerFactory.getLogger(FailingEndpoints.class);

  private final Engine engine;
  private final History history;
  private final Warnings warnings;
  private final ScheduledThreadPoolExecutor later;

  /**
   * The time before which no warning about an endpoint can be due. It saves looks, and nothing
   * more: whoever is missing here is looked at.
   */
  private final Map<Long, Long> quietUntil = new ConcurrentHashMap<>();

  /**
   * The span from the start of the engine until events came here. Nobody has warned about attempts
   * in it, so they do not make a later attempt the second one.
   */
  private volatile long deafFrom;

  private volatile long deafUntil;

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

  /** The stored attempts. */
  interface History {
    /** Returns some attempts of an endpoint; throws StoreException if they cannot be read now. */
    Page<AttemptRow> attempts(EndpointRow endpoint, PageRequest page);
  }

  /** A warning that is due. */
  private record Warning(EndpointRow endpoint, Kind kind, long at, long since, long disabledFrom) {}

  FailingEndpoints(Engine engine, Warnings warnings) {
    this(
        engine,
        warnings,
        (endpoint, page) ->
            engine
                .store(endpoint.application())
                .attempts(new AttemptQuery(endpoint.id(), 0, page, AttemptFilter.NONE)));
  }

  FailingEndpoints(Engine engine, Warnings warnings, History history) {
    this.engine = engine;
    this.warnings = warnings;
    this.history = history;
    this.later = AlertThreads.of(1, "look");
  }

  /** Tells that events come from now on, and when the engine was about to start. */
  void listensSince(long openedAt) {
    deafUntil = engine.millis();
    deafFrom = openedAt;
  }

  private boolean wasSeen(AttemptRow attempt) {
    long at = Ids.timeOf(attempt.id());
    return deafFrom == 0 || at < deafFrom || at > deafUntil;
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
    if (caresFor(attempt)) { // another attempt may have been looked at meanwhile
      look(endpoint.id(), attempt, 0);
    }
  }

  /**
   * Warns if an attempt is the first one after some time. If that cannot be read now, the same
   * attempt is looked at later, because no other one will be the first.
   */
  private void look(long endpoint, AttemptRow attempt, int tries) {
    Warning due;
    try {
      due = due(endpoint, attempt);
    } catch (RuntimeException e) {
      lookLater(endpoint, attempt, tries, e);
      return;
    }
    if (due != null) {
      warnings.failing(due.endpoint, due.kind, due.at, due.since, due.disabledFrom);
    }
  }

  private void lookLater(long endpoint, AttemptRow attempt, int tries, RuntimeException why) {
    if (later.getQueue().size() >= MOST_UNSURE) {
      LOG.warn("Failed attempt not looked at, so an alert may be missing: {}", why.getMessage());
      return;
    }
    LOG.debug("Failed attempt is looked at again", why);
    long seconds = Math.min(MOST_WAIT_SECONDS, 1L << Math.min(tries, 6));
    try {
      var unused =
          later.schedule(() -> look(endpoint, attempt, tries + 1), seconds, TimeUnit.SECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("Failed attempt not looked at: the server stops");
    }
  }

  private @Nullable Warning due(long endpoint, AttemptRow attempt) {
    EndpointRow present = engine.registry().endpoint(endpoint);
    if (present == null || present.state().isDisabled()) {
      return null;
    }
    long window = engine.options().health().disableAfterMillis();
    long since = engine.stats().lane(endpoint).join().health().failingSince();
    long at = Ids.timeOf(attempt.id());
    remember(endpoint, since == 0 ? at : since, at, window);
    Kind kind = since == 0 ? null : Kind.due(at - since, window);
    return kind != null && isFirst(attempt, present, since + kind.of(window))
        ? new Warning(present, kind, at, since, since + window)
        : null;
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

  /** Returns whether no attempt that counts is stored between a time and the given one. */
  private boolean isFirst(AttemptRow attempt, EndpointRow endpoint, long since) {
    PageRequest between = new PageRequest(Ids.firstAt(since) - 1, attempt.id(), false, MOST_READ);
    while (true) {
      Page<AttemptRow> page = history.attempts(endpoint, between);
      if (page.rows().stream().anyMatch(row -> counts(row) && wasSeen(row))) {
        return false;
      }
      if (page.done()) {
        return true;
      }
      between = between.next(page.next());
    }
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

  /** Looks at nothing any more. */
  @Override
  public void close() {
    var unused = later.shutdownNow();
  }
}
