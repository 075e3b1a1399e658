package dev.posthorn.internal.engine.registry;

/**
 * Spreads an endpoint's attempts evenly: one each 1/rate seconds, with no burst after a pause. This
 * is the generic cell rate algorithm (ITU-T I.371) with a tolerance of zero. What its application
 * may have in all comes on top. Owned by its lane.
 */
public final class RateLimiter {
  private final ApplicationRate application;
  private final ApplicationRate.Turn turn;
  private long intervalNanos;
  private long nextNanos;
  private boolean started;
  private boolean inLine;
  private Answer answer = Answer.NONE;

  /** The wait for the application's other endpoints, as of {@code askedNanos}. */
  private long lineNanos;

  private long askedNanos;

  /** The answer to the lane in its present turn. */
  private enum Answer {
    NONE,
    GO,
    WAIT
  }

  /**
   * Creates a limiter without a limit.
   *
   * @param wake has the lane look whether it may go; called on any thread
   */
  public RateLimiter(ApplicationRate application, Runnable wake) {
    this.application = application;
    this.turn = new ApplicationRate.Turn(wake);
  }

  static long intervalNanos(int perSecond) {
    return perSecond <= 0 ? 0 : 1_000_000_000L / perSecond;
  }

  /** Sets the rate in attempts a second; 0 for no limit. It counts from the last attempt on. */
  public void rate(int perSecond) {
    long interval = intervalNanos(perSecond);
    nextNanos += interval - intervalNanos;
    intervalNanos = interval;
  }

  /**
   * Returns the time until an attempt is allowed, in nanoseconds; 0 or less if it is now, {@link
   * ApplicationRate#UNTIL_TOLD} if the lane will be woken.
   */
  public long waitNanos(long now) {
    long own = ownWaitNanos(now);
    if (!inLine) {
      return own;
    }
    return lineNanos == ApplicationRate.UNTIL_TOLD
        ? lineNanos
        : Math.max(own, lineNanos - (now - askedNanos));
  }

  private long ownWaitNanos(long now) {
    return intervalNanos == 0 || !started ? 0 : nextNanos - now;
  }

  /** The lane's turn begins: whether it still wants an attempt is not known. */
  public void turnBegins() {
    answer = Answer.NONE;
  }

  /** Returns whether an attempt is allowed now; if it is not, it will be after the wait. */
  public boolean allows(long now) {
    if (ownWaitNanos(now) > 0) {
      return false;
    }
    if (!inLine && !application.isLimited()) {
      return true;
    }
    inLine = true;
    askedNanos = now;
    lineNanos = application.enter(turn, now);
    answer = lineNanos > 0 ? Answer.WAIT : Answer.GO;
    return lineNanos <= 0;
  }

  /** Counts an attempt that is made now. */
  public void take(long now) {
    if (inLine) {
      inLine = false;
      application.take(turn, now);
    }
    nextNanos = (ownWaitNanos(now) > 0 ? nextNanos : now) + intervalNanos;
    started = true;
  }

  /** An attempt that was counted was not made. What is given back late allows no burst. */
  public void giveBack() {
    nextNanos -= intervalNanos;
    application.giveBack();
  }

  /** Leaves the line: the lane makes no attempt any more. */
  public void leave() {
    if (inLine) {
      inLine = false;
      application.leave(turn, false);
    }
  }

  /**
   * The lane's turn is over. Unless all that it waits for is its turn in line, it must not stand in
   * the way of others.
   */
  public void turnEnds() {
    if (inLine && answer != Answer.WAIT) {
      inLine = false;
      application.leave(turn, answer == Answer.GO);
    }
  }
}
