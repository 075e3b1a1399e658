package dev.posthorn.internal.engine.journal;

import dev.posthorn.internal.engine.base.Setback;
import dev.posthorn.spi.store.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs, at level debug, each try of a store that takes nothing, or no messages. */
final class StoreLog {
  private static final Logger LOG = LoggerFactory.getLogger(StoreLog.class);

  private StoreLog() {}

  /** Logs a failed try of what must be stored. */
  static void backoff(Setback setback, StoreException why, long nowNanos) {
    if (LOG.isDebugEnabled()) {
      LOG.debug(
          "Store backoff {}: {}, next try in {} ms",
          setback.failures() == 1 ? "begun" : "continued",
          why.reason(),
          millis(setback, nowNanos));
    }
  }

  /** Logs that the store takes changes again. */
  static void backoffEnded(Setback setback) {
    if (LOG.isDebugEnabled()) {
      LOG.debug("Store backoff ended, failures: {}", setback.failures());
    }
  }

  /** Logs a failed try of something that can be refused. */
  static void refusal(Setback probes, StoreException why, long nowNanos) {
    if (LOG.isDebugEnabled()) {
      LOG.debug(
          "Messages refused: {}, next probe in {} ms", why.reason(), millis(probes, nowNanos));
    }
  }

  private static long millis(Setback setback, long nowNanos) {
    return setback.waitNanos(nowNanos) / 1_000_000;
  }
}
