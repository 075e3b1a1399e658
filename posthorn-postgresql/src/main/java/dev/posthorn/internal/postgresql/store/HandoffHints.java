package dev.posthorn.internal.postgresql.store;

import dev.posthorn.internal.postgresql.connection.Sessions;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.PartitionBatch;
import dev.posthorn.spi.store.StoreException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.function.IntPredicate;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hints between processes that handoffs wait: the numbers of their partitions. Given after the
 * commit, since PostgreSQL lets only one transaction with a notification commit at a time; and only
 * if an owner would not look soon anyway, since there were some a moment ago.
 */
final class HandoffHints {
  private static final Logger LOG = LoggerFactory.getLogger(HandoffHints.class);
  private static final long PAUSE_NANOS = 10_000_000;

  /** The owner of a partition looks often without a hint for so long after a handoff. */
  private static final long FRESH_NANOS = 100_000_000;

  private final Sessions sessions;
  private final IntPredicate owns;
  private final LongSupplier nanoTime;

  /** The time of the last hint. Owned by the writer. */
  private long given;

  /**
   * The times of the last handoffs to each partition that its owner was told of. Owned by the
   * writer.
   */
  private final long[] handedOff = new long[DatabaseReads.PARTITIONS];

  /** The partitions that the next hint is about. Owned by the writer. */
  private final BitSet waiting = new BitSet(DatabaseReads.PARTITIONS);

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
    Arrays.fill(handedOff, nanoTime.getAsLong() - FRESH_NANOS);
  }

  /**
   * Gives a hint about the handoffs of a batch that is on disk, and of earlier ones for which it
   * was too early.
   */
  void give(Batch batch) {
    long now = nanoTime.getAsLong();
    for (PartitionBatch rows : batch.partitions()) {
      if (!rows.handoffs.isEmpty()) {
        if (now - handedOff[rows.partition()] >= FRESH_NANOS) {
          waiting.set(rows.partition()); // its owner is not expected to look soon
        } else {
          handedOff[rows.partition()] = now;
        }
      }
    }
    if (waiting.isEmpty() || now - given < PAUSE_NANOS) {
      return;
    }
    given = now;
    waiting.stream().forEach(partition -> handedOff[partition] = now);
    String text = waiting.stream().mapToObj(String::valueOf).collect(Collectors.joining(","));
    waiting.clear();
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
