package dev.posthorn.internal.engine.base;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;

/**
 * Logs the outages of something that is tried again and again: their first failure and their end,
 * and each further failure at level debug. Thread-safe.
 */
public final class OutageLog {
  private final Logger log;
  private final String what;
  private final AtomicBoolean out = new AtomicBoolean();

  /**
   * Creates a log.
   *
   * @param log where the lines go
   * @param what begins each line: the work that may fail
   */
  public OutageLog(Logger log, String what) {
    this.log = log;
    this.what = what;
  }

  /** Takes note of a failure. */
  public void failed(Throwable why) {
    if (out.compareAndSet(false, true)) {
      log.warn("{} failed, retried until it succeeds: {}", what, why.getMessage());
    } else {
      log.debug("{} failed again: {}", what, why.getMessage());
    }
  }

  /** Takes note of a success. */
  public void succeeded() {
    if (out.get() && out.compareAndSet(true, false)) {
      log.info("{} succeeded again", what);
    }
  }
}
