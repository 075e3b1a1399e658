package dev.posthorn.internal.inbox;

import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs what the relay cannot do: at most a line in ten seconds for each kind, however many rows it
 * is about. Owned by the relay's thread.
 */
final class RelayLog {
  private static final Logger LOG = LoggerFactory.getLogger(RelayLog.class);
  private static final long QUIET_NANOS = 10_000_000_000L;

  private final LongSupplier nanoTime;
  private final String table;
  private final Kind waiting = new Kind();
  private final Kind rejected = new Kind();
  private final Kind trouble = new Kind();
  private boolean troubled;

  RelayLog(LongSupplier nanoTime, String table) {
    this.nanoTime = nanoTime;
    this.table = table;
  }

  /** Events of one kind since the last line about it. */
  private final class Kind {
    private boolean told;
    private long toldAt;
    private long count;

    /** Counts an event; returns the number of events to log now, or 0. */
    long due() {
      count++;
      long now = nanoTime.getAsLong();
      if (told && now - toldAt < QUIET_NANOS) {
        return 0;
      }
      told = true;
      toldAt = now;
      long due = count;
      count = 0;
      return due;
    }
  }

  /** Logs that a row is tried again later. */
  void refused(RowRefusal refusal, long waitMillis) {
    long due = waiting.due();
    if (due > 0) {
      LOG.warn(
          "Refused {} rows of {} for now, the last one {} (try {}, next in {} s): {}",
          due,
          table,
          refusal.row().messageId(),
          refusal.tries(),
          waitMillis / 1_000,
          refusal.why().getMessage());
    }
  }

  /** Logs that a row is not tried any more. */
  void rejected(RowRefusal refusal) {
    long due = rejected.due();
    if (due > 0) {
      LOG.warn(
          "Rejected {} rows of {}, the last one {} (try {}): {}; delete them, or set their retry_at"
              + " to 0",
          due,
          table,
          refusal.row().messageId(),
          refusal.tries(),
          refusal.why().getMessage());
    }
  }

  /** Logs that nothing can be relayed now. */
  void failed(String why) {
    troubled = true;
    if (trouble.due() > 0) {
      LOG.warn("Relay of {} stopped for now, its rows wait: {}", table, why);
    }
  }

  /** Logs that rows can be relayed again, if they could not. */
  void works() {
    if (troubled) {
      troubled = false;
      LOG.info("Relay of {} resumed", table);
    }
  }
}
