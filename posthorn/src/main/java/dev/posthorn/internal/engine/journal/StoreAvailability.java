package dev.posthorn.internal.engine.journal;

import dev.posthorn.PosthornException;
import dev.posthorn.internal.engine.base.Condition;
import dev.posthorn.internal.engine.base.Setback;
import dev.posthorn.spi.runtime.Clock;
import dev.posthorn.spi.store.StoreException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The availability of the store, as the results of commits show it: whether it takes what must be
 * stored, whether it takes what can be refused, and the time of the next try of each. Owned by the
 * writer.
 */
final class StoreAvailability {
  private static final Logger LOG = LoggerFactory.getLogger(StoreAvailability.class);
  private static final String SILENT = "the store does not answer";

  private final Clock clock;
  private final Condition condition;

  /** The pause before the next try of what must be stored. */
  private final Setback stall = new Setback();

  /** The last failure of what must be stored. */
  private @Nullable StoreException stalledBy;

  /** The failure for which entries are refused that can be, or null. */
  private @Nullable StoreException refusing;

  /** The pause before the next try of something that can be refused. */
  private final Setback probes = new Setback();

  StoreAvailability(Clock clock, Condition condition) {
    this.clock = clock;
    this.condition = condition;
  }

  // ---- results of commits --------------------------------------------------------------------

  /** The store took something, or nothing was left to take. */
  void taken() {
    if (!stall.isOver()) {
      StoreLog.backoffEnded(stall);
      stall.over();
      stalledBy = null;
      condition.trouble(null);
      LOG.info("Store recovered: changes are stored again");
    }
  }

  /** The store took an entry that could have been refused: it takes the next one too. */
  void refusableTaken() {
    refusing = null;
    probes.over();
    LOG.info("Store recovered: messages are accepted again");
  }

  /** The store did not take what must be stored. */
  void notTaken(StoreException why) {
    long now = clock.nanoTime();
    if (stall.isOver()) {
      LOG.error("Commit failed, retried with growing pauses: {}", why.getMessage());
    }
    stall.failed(now);
    StoreLog.backoff(stall, why, now);
    stalledBy = why;
    if (stall.lasts(now)) {
      condition.trouble("the store takes nothing: " + why.getMessage());
    }
  }

  /** The store certainly wrote nothing: from now on refuses what can be refused. */
  void refuse(StoreException why) {
    if (refusing == null) {
      LOG.error("Messages refused until the store takes them: {}", why.getMessage());
    }
    refusing = why;
  }

  /** Something that can be refused was not taken: the next probe comes later. */
  void probeFailed(StoreException why) {
    long now = clock.nanoTime();
    probes.failed(now);
    StoreLog.refusal(probes, why, now);
  }

  /** Nothing is written any more. */
  void end() {
    refusing = null;
    stall.over();
  }

  // ---- for the next turn ---------------------------------------------------------------------

  /** Returns whether entries are refused that can be. */
  boolean isRefusing() {
    return refusing != null;
  }

  /** Returns whether what must be stored was taken the last time. */
  boolean takesOutcomes() {
    return stall.isOver();
  }

  /** Returns whether it is too early to try what must be stored. */
  boolean pauses() {
    return stall.pauses(clock.nanoTime());
  }

  /** Returns the time until the next try of what must be stored, in nanoseconds. */
  long waitNanos() {
    return Math.max(0, stall.waitNanos(clock.nanoTime()));
  }

  /** Returns whether something that can be refused may be tried. */
  boolean mayProbe() {
    return stall.isOver() && !probes.pauses(clock.nanoTime());
  }

  /** Returns whether what must be stored has not been taken for long. */
  boolean failsForLong() {
    return stall.lasts(clock.nanoTime());
  }

  /** Returns how often in a row something was not taken. */
  int failures() {
    return stall.failures();
  }

  // ---- for entries ---------------------------------------------------------------------------

  /** Returns the exception of entries that are refused now. */
  PosthornException refusal() {
    StoreException why = refusing;
    return why != null && !condition.hasFailed()
        ? JournalFailures.refused(why)
        : JournalFailures.refused(condition.trouble().orElse(SILENT));
  }

  /** Returns the exception of entries that may be on disk. */
  PosthornException doubt() {
    return JournalFailures.unknown(condition.trouble().orElse(SILENT), stalledBy);
  }
}
