package dev.posthorn.internal.engine.lane;

import dev.posthorn.internal.engine.base.EngineLimits;
import dev.posthorn.internal.engine.base.HealthOptions;
import dev.posthorn.internal.engine.registry.ApplicationRate;
import dev.posthorn.internal.engine.registry.RateLimiter;
import dev.posthorn.internal.engine.registry.RegisteredEndpoint;
import dev.posthorn.spi.store.rows.EndpointState;
import dev.posthorn.spi.store.rows.LaneStateRow;
import java.util.LinkedHashSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The health of a lane's endpoint, which decides whether the next exchange may start: circuit
 * breaker, rate, window, exchanges under way, and the pause that the endpoint asked for. Owned by
 * its lane.
 */
final class LaneHealth {
  private static final int LOOKS = 20;

  /** The change of a pause's end that is not worth writing. */
  private static final long SAVED_EACH_MILLIS = 1_000;

  private final RegisteredEndpoint endpoint;
  private final HealthOptions options;
  private final int firstWindow;
  private final CircuitBreaker breaker;
  private final Window window;
  private final RateLimiter rate;
  private final LinkedHashSet<Delivery> exchanges = new LinkedHashSet<>(4);
  private final long slowNanos;
  private long nextLook;
  private final RetryAfterPause hold = new RetryAfterPause();

  /** The end of the breaker's pause, in wall time, or 0. */
  private long pausedUntil;

  private boolean notSaved;
  private final ShortagePause shortage;
  private long lastAnswer;
  private boolean slow;
  private Permits.Standing last = Permits.Standing.NEW;

  LaneHealth(
      RegisteredEndpoint endpoint,
      RateLimiter rate,
      HealthOptions options,
      EngineLimits limits,
      RandomGenerator random) {
    this.endpoint = endpoint;
    this.rate = rate;
    this.options = options;
    this.firstWindow = limits.firstWindow();
    this.breaker = new CircuitBreaker(options);
    this.window = new Window(limits.firstWindow(), limits.window());
    this.shortage = new ShortagePause(random);
    this.slowNanos = options.slowMillis() * 1_000_000;
  }

  /** Resumes from the state that the endpoint's lane stored last. */
  void resume(long nowNanos, long nowMillis) {
    LaneStateRow state = endpoint.laneState;
    if (state == null) {
      return;
    }
    if (options.retryAfterCapMillis() != HealthOptions.IGNORE_RETRY_AFTER) {
      long longest = Math.max(options.retryAfterCapMillis(), RetryAfterPause.LONGEST_MILLIS);
      hold.resume(Math.min(state.heldUntil(), nowMillis + longest)); // the clock may have gone back
    }
    if (state.pauseMillis() > 0) {
      pausedUntil = state.pausedUntil();
      breaker.resume(state.pauseMillis(), pausedUntil - nowMillis, nowNanos);
    }
  }

  void rate(int perSecond) {
    rate.rate(perSecond);
  }

  /** Begins a turn of the lane. */
  void turnBegins() {
    rate.turnBegins();
  }

  /** Leaves the line of the application's rate. */
  void close() {
    rate.leave();
  }

  /** Ends a turn of the lane, in which no more exchanges can start. */
  void turnEnds() {
    rate.turnEnds();
  }

  /** Returns whether an exchange may start, for a lane that holds so many permits. */
  boolean mayExchange(int connections, int permits, long nowNanos, long nowMillis) {
    return hold.until() <= nowMillis
        && breaker.allows(nowNanos)
        && shortage.allows(nowNanos)
        && exchanges.size() < connections
        && permits < window()
        && rate.allows(nowNanos);
  }

  /** Returns whether the rate limit allows no exchange now. */
  boolean isRateLimited(long nowNanos) {
    return rate.waitNanos(nowNanos) > 0;
  }

  /** Returns how many permits the lane may hold. */
  int window() {
    return slow ? Math.min(window.size(), firstWindow) : window.size();
  }

  /** Returns the end of the pause that the endpoint asked for, in wall time. */
  long holdUntil() {
    return hold.until();
  }

  /**
   * Returns how long the breaker, the rate or a shortage forbids an exchange, in nanoseconds; else
   * 0 or less. {@code ApplicationRate.UNTIL_TOLD} if the lane will be woken.
   */
  long blockedNanos(long nowNanos) {
    long own = Math.max(breaker.waitNanos(nowNanos), rate.waitNanos(nowNanos));
    return Math.max(own, shortage.waitNanos(nowNanos));
  }

  /**
   * Returns the time to look at the lane because an exchange takes long, or {@link Long#MAX_VALUE}.
   */
  long slowAtNanos() {
    if (slow || exchanges.isEmpty()) {
      return Long.MAX_VALUE;
    }
    long quietSince = exchanges.getFirst().startedNanos;
    if (lastAnswer != 0 && lastAnswer - quietSince > 0) {
      quietSince = lastAnswer;
    }
    return quietSince + slowNanos;
  }

  /** Returns whether the lane can be dropped without losing what it knows. */
  boolean forgettable(long nowNanos, long nowMillis) {
    return breaker.state(nowNanos) == CircuitBreaker.State.CLOSED
        && hold.until() <= nowMillis
        && shortage.isOver()
        && rate.waitNanos(nowNanos) <= 0;
  }

  CircuitBreaker.State breaker(long nowNanos) {
    return breaker.state(nowNanos);
  }

  /** Returns how long the breaker was opened for last, in milliseconds, or 0 if it is closed. */
  long breakerMillis() {
    return breaker.pauseMillis();
  }

  /** Returns whether the breaker is not closed. */
  boolean isSpared(long nowNanos) {
    return breaker.state(nowNanos) != CircuitBreaker.State.CLOSED;
  }

  void started(Delivery delivery, long nowNanos) {
    breaker.started();
    shortage.started();
    rate.take(nowNanos);
    delivery.startedNanos = nowNanos;
    exchanges.add(delivery);
  }

  /** Returns whether a pause or the breaker forbids even an exchange that was about to start. */
  boolean isBlocked(long nowNanos, long nowMillis) {
    return hold.until() > nowMillis || breaker.waitNanos(nowNanos) > 0;
  }

  /** Returns the verdict with a longer pause if the endpoint keeps asking for pauses. */
  Verdict heeded(Verdict verdict, long nowMillis) {
    if (verdict.health() == Verdict.Health.BUSY) {
      return hold.asked(verdict, nowMillis);
    }
    hold.answered();
    return verdict;
  }

  /** Takes note of an exchange that this process postponed because it lacked something. */
  void postponed(Delivery delivery, long nowNanos) {
    notMade(delivery);
    shortage.begin(nowNanos);
  }

  /** Takes note of an exchange that was about to start and is not made. */
  void notMade(Delivery delivery) {
    abandoned(delivery);
    rate.giveBack();
  }

  /** Takes note of an exchange whose result is unknown. */
  void abandoned(Delivery delivery) {
    exchanges.remove(delivery);
    breaker.inconclusive();
    shortage.inconclusive();
  }

  /**
   * Takes note of the end of an exchange. Returns the state of the lane to store, or null if it is
   * unchanged.
   */
  @Nullable LaneStateRow finished(
      Delivery delivery, Verdict verdict, long nowNanos, long nowMillis) {
    exchanges.remove(delivery);
    shortage.over();
    switch (verdict.health()) {
      case GOOD -> {
        worked(nowNanos);
        if (endpoint.failingSince != 0) {
          endpoint.failingSince = 0;
        }
      }
      case UNWILLING, GONE -> {
        worked(nowNanos);
        fails(nowMillis);
      }
      case BUSY -> breaker.inconclusive();
      case BAD -> {
        last = Permits.Standing.POOR;
        if (breaker.failed(nowNanos)) {
          pausedUntil = nowMillis + breaker.pauseMillis();
        }
        window.failed();
        fails(nowMillis);
      }
    }
    return changed(nowMillis);
  }

  /** Takes note that the receiver answers, whatever it answered: nothing must be held back. */
  private void worked(long nowNanos) {
    lastAnswer = nowNanos;
    last = Permits.Standing.GOOD;
    if (breaker.succeeded()) {
      pausedUntil = 0;
      window.restart();
    }
    window.succeeded();
  }

  private void fails(long nowMillis) {
    if (endpoint.failingSince == 0) {
      endpoint.failingSince = nowMillis;
    }
  }

  /** Takes note that the lane's state was not stored: the next outcome stores it. */
  void notSaved() {
    notSaved = true;
  }

  /** Returns the lane's state, and counts it as stored, if it differs from what was stored last. */
  private @Nullable LaneStateRow changed(long nowMillis) {
    LaneStateRow before = endpoint.laneState;
    long held = hold.until() > nowMillis ? hold.until() : 0;
    boolean same =
        before == null
            ? endpoint.failingSince == 0 && held == 0 && breaker.pauseMillis() == 0
            : before.failingSince() == endpoint.failingSince
                && before.pauseMillis() == breaker.pauseMillis()
                && before.pausedUntil() == pausedUntil
                && Math.abs(before.heldUntil() - held) < SAVED_EACH_MILLIS;
    if (same && !notSaved) {
      return null;
    }
    notSaved = false;
    LaneStateRow state =
        new LaneStateRow(
            endpoint.id, endpoint.failingSince, held, breaker.pauseMillis(), pausedUntil);
    endpoint.laneState = state.isEmpty() ? null : state;
    return state;
  }

  /**
   * Returns the state that a verdict disables the endpoint with, or null. Failing must show in the
   * endpoint's {@link FailureHistory} too, which is read now and again.
   */
  @Nullable EndpointState disabling(Verdict verdict, long nowMillis) {
    return switch (verdict.health()) {
      case GOOD, BUSY -> null;
      case GONE -> EndpointState.DISABLED_GONE;
      case BAD, UNWILLING -> isToBeLookedAt(nowMillis) ? EndpointState.DISABLED_FAILING : null;
    };
  }

  private boolean isToBeLookedAt(long nowMillis) {
    boolean look =
        nowMillis - endpoint.failingSince >= options.disableAfterMillis() && nowMillis >= nextLook;
    if (look) {
      nextLook = nowMillis + options.disableAfterMillis() / LOOKS;
    }
    return look;
  }

  /** Returns the health as others may see it. */
  LaneView.Health view(long nowNanos, long nowMillis) {
    long rateNanos = rate.waitNanos(nowNanos);
    boolean known = rateNanos > 0 && rateNanos != ApplicationRate.UNTIL_TOLD;
    LaneView.Pauses pauses =
        new LaneView.Pauses(
            isSpared(nowNanos) ? pausedUntil : 0,
            hold.until() > nowMillis ? hold.until() : 0,
            known ? nowMillis + rateNanos / 1_000_000 : 0);
    return new LaneView.Health(endpoint.failingSince, pauses, window(), exchanges.size(), slow);
  }

  /** Returns the standing of the endpoint so far. */
  Permits.Standing standing() {
    return slow ? Permits.Standing.POOR : last;
  }

  /**
   * Returns whether the lane is slow: its breaker is not closed, or an exchange takes long and no
   * other has worked for as long.
   */
  boolean updateSlow(long nowNanos) {
    slow =
        breaker.state(nowNanos) != CircuitBreaker.State.CLOSED
            || (!exchanges.isEmpty()
                && nowNanos - exchanges.getFirst().startedNanos >= slowNanos
                && (lastAnswer == 0 || nowNanos - lastAnswer >= slowNanos));
    return slow;
  }
}
