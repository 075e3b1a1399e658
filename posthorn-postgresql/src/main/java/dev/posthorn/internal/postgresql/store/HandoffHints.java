package dev.posthorn.internal.postgresql.store;

import dev.posthorn.internal.postgresql.connection.Sessions;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.StoreException;
import java.util.function.IntPredicate;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hints between processes that handoffs wait: the numbers of their partitions. Given after the
 * commit, since PostgreSQL lets only one transaction with a notification commit at a time; and not
 * more often than an owner looks anyway while there are some.
 */
final class HandoffHints {
  private static final Logger LOG = LoggerFactory.getLogger(HandoffHints.class);
  private static final long PAUSE_NANOS = 10_000_000;

  private final Sessions sessions;
  private final IntPredicate owns;
  private final LongSupplier nanoTime;

  /** The time of the last hint. Owned by the writer. */
  private long given;

  /**
   * Creates hints over some sessions.
   *
   * @param owns returns whether this process owns a partition
   */
  HandoffHints(Sessions sessions, IntPredicate owns, LongSupplier nanoTime) {
    this.sessions = sessions;
    this.owns = owns;
    this.nanoTime = nanoTime;
    this.given = nanoTime.getAsLong() - PAUSE_NANOS;
  }

  /** Gives a hint about the handoffs of a batch that is on disk, unless one was given just now. */
  void give(Batch batch) {
    long now = nanoTime.getAsLong();
    if (now - given < PAUSE_NANOS) {
      return;
    }
    String text =
        batch.partitions().stream()
            .filter(rows -> !rows.handoffs.isEmpty())
            .map(rows -> String.valueOf(rows.partition()))
            .collect(Collectors.joining(","));
    if (text.isEmpty()) {
      return;
    }
    given = now;
    try {
      sessions.hint(text);
    } catch (StoreException e) {
      LOG.debug("No hint given to the owners of {}", text, e);
    }
  }

  /** Passes on hints about partitions that this process owns, from now on. */
  void take(Runnable hint) {
    sessions.listen(
        text -> {
          if (isAboutOwn(text)) {
            hint.run();
          }
        });
  }

  private boolean isAboutOwn(String text) {
    for (String number : text.split(",", -1)) {
      try {
        if (owns.test(Integer.parseInt(number))) {
          return true;
        }
      } catch (NumberFormatException e) {
        LOG.debug("Notification ignored that is not a hint: {}", text);
        return false;
      }
    }
    return false;
  }
}
