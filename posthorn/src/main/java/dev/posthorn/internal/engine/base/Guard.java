package dev.posthorn.internal.engine.base;

import dev.posthorn.spi.runtime.Clock;
import dev.posthorn.spi.store.StoreException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles every unexpected failure: any {@link Throwable} from the store, the transport, a wire
 * format, a listener, or the engine itself.
 *
 * <p>A caller of code that may fail catches everything, reports it here, and treats the result as
 * unknown: it gives back what it held, and tries again a little later. A failure in the middle of
 * the engine's own bookkeeping cannot be retried; if the virtual machine failed there, memory is in
 * an unknown state, and the engine ends and says so. All accepted messages are in the store, so the
 * next start knows everything.
 */
public class Guard {
  private static final Logger LOG = LoggerFactory.getLogger(Guard.class);

  /** The least time between two log lines about the same thing. */
  private static final long QUIET_NANOS = 10_000_000_000L;

  private final Clock clock;
  private final Condition condition;
  private final Map<String, Long> told = new ConcurrentHashMap<>();
  private volatile Runnable end = () -> {};

  public Guard(Clock clock, Condition condition) {
    this.clock = clock;
    this.condition = condition;
  }

  public final Condition condition() {
    return condition;
  }

  /** Sets the task to run, once and on any thread, if the engine ends for good. */
  public final void onEnd(Runnable task) {
    end = task;
  }

  /**
   * Runs a part of the engine's own bookkeeping; never throws.
   *
   * @param what names it, for the log
   */
  public final void run(String what, Runnable task) {
    try {
      task.run();
    } catch (Throwable e) {
      doubt(what, e);
    }
  }

  /**
   * Runs a read, or code of users; never throws.
   *
   * @param what names it, for the log
   */
  public final void runForeign(String what, Runnable task) {
    try {
      task.run();
    } catch (Throwable e) {
      report(what, e);
    }
  }

  /**
   * Reports a failure that the caller has dealt with.
   *
   * @param what names the failed part, without ids
   */
  public void report(String what, Throwable why) {
    condition.count();
    try {
      log(what, why);
    } catch (Throwable e) {
      condition.count(); // no memory to tell of it, say: what is to be done about it comes first
    }
  }

  private void log(String what, Throwable why) {
    long now = clock.nanoTime();
    Long last = told.get(what);
    if (last == null || now - last >= QUIET_NANOS) {
      told.put(what, now);
      LOG.error("Failed unexpectedly: {}", what, why);
    }
  }

  /** Reports a failure in the middle of bookkeeping. */
  public final void doubt(String what, Throwable why) {
    report(what, why);
    if (why instanceof VirtualMachineError) {
      fail(what, why);
    }
  }

  /** Ends the engine: memory no longer matches the store, or may not. */
  public final void fail(String what, Throwable why) {
    String text = text(what, why);
    if (condition.fail(text)) {
      runForeign("telling of the end", () -> LOG.error("Ended by a defect: {}", text, why));
      runForeign("the end", end);
    }
  }

  /** Ends the engine: another process has taken over the store. */
  public final void fence(StoreException why) {
    String text =
        "another process has taken over the store, so nothing is stored or sent here any more;"
            + " start again: this process waits then until it may take over ("
            + why.getMessage()
            + ")";
    if (condition.fence(text)) {
      runForeign("telling of the end", () -> LOG.error("Ended for good: {}", text));
      runForeign("the end", end);
    }
  }

  private static String text(String what, Throwable why) {
    try {
      return what + " failed: " + why + "; start again, nothing that was accepted is lost";
    } catch (Throwable e) { // no memory for so many words
      return "a defect; start again, nothing that was accepted is lost";
    }
  }
}
