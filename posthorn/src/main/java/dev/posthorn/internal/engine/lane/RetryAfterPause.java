package dev.posthorn.internal.engine.lane;

/**
 * The pause that an endpoint asked for with Retry-After. Owned by its lane.
 *
 * <p>Such an answer spends no attempt, so the endpoint must not be asked without end: a hold lasts
 * a second at least, and while such answers are all that comes, an eighth of the time since the
 * first of them, up to a minute.
 */
final class RetryAfterPause {
  private static final long SHORTEST_MILLIS = 1_000;
  static final long LONGEST_MILLIS = 60_000;
  private static final long PART = 8;

  private boolean busy;
  private long busySince;
  private long until;

  /** Returns until when nothing is to be attempted, in wall time; 0 if that was never asked. */
  long until() {
    return until;
  }

  /** Goes on with what was asked before a restart. */
  void resume(long untilMillis) {
    until = untilMillis;
  }

  /** The endpoint asked to be left alone: returns the verdict with the hold that it gets. */
  Verdict asked(Verdict verdict, long nowMillis) {
    if (!busy) {
      busy = true;
      busySince = nowMillis;
    }
    long least = Math.clamp((nowMillis - busySince) / PART, SHORTEST_MILLIS, LONGEST_MILLIS);
    Verdict held = verdict.heldUntil(Math.max(verdict.holdUntil(), nowMillis + least));
    until = Math.max(until, held.holdUntil());
    return held;
  }

  /** The endpoint answered in another way. */
  void answered() {
    busy = false;
  }
}
