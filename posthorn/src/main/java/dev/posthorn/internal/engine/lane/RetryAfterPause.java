package dev.posthorn.internal.engine.lane;

/**
 * The pause that an endpoint asked for with Retry-After. Owned by its lane.
 *
 * <p>Such an answer spends no attempt, so it must not be repeated endlessly: a pause lasts at least
 * a second, and while only such answers come, an eighth of the time since the first of them, up to
 * a minute.
 */
final class RetryAfterPause {
  private static final long SHORTEST_MILLIS = 1_000;
  static final long LONGEST_MILLIS = 60_000;
  private static final long PART = 8;

  private boolean busy;
  private long busySince;
  private long until;

  /** Returns the end of the pause, in wall time; 0 if the endpoint never asked for one. */
  long until() {
    return until;
  }

  /** Resumes a pause from before a restart. */
  void resume(long untilMillis) {
    until = untilMillis;
  }

  /** Begins or extends the pause. Returns the verdict with the pause that the endpoint gets. */
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

  /** Takes note of any other answer. */
  void answered() {
    busy = false;
  }
}
