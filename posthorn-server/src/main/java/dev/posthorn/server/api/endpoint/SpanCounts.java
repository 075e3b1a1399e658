package dev.posthorn.server.api.endpoint;

import dev.posthorn.AttemptKind;
import dev.posthorn.internal.id.Ids;
import dev.posthorn.server.api.common.TimeSpan;
import dev.posthorn.spi.store.reads.AttemptFilter;
import dev.posthorn.spi.store.reads.AttemptQuery;
import dev.posthorn.spi.store.reads.Page;
import dev.posthorn.spi.store.reads.PageRequest;
import dev.posthorn.spi.store.reads.PartitionReads;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.HourRow;
import org.jspecify.annotations.Nullable;

/**
 * Outcomes of an endpoint's deliveries and attempts in a time span.
 *
 * <p>For hours entirely within the span, stored counts are used. For the hours in which it begins
 * and ends, the attempts are examined unless there are too many; then the whole hour counts.
 */
final class SpanCounts {
  /** Maximum number of attempts examined for each end of the span. */
  static final int MOST = 10_000;

  private static final int PAGE = 1_000;

  private final PartitionReads store;
  private final long from;
  private final long to;
  private final Counts counts = new Counts();
  private boolean approximated;

  private SpanCounts(PartitionReads store, long from, long to) {
    this.store = store;
    this.from = from;
    this.to = to;
  }

  /**
   * Counts the deliveries and attempts that ended in a span.
   *
   * @param now the current time, after which nothing has ended yet
   */
  static SpanCounts of(PartitionReads store, long endpoint, TimeSpan span, long now) {
    SpanCounts all =
        new SpanCounts(store, span.from(), span.to() > now ? Long.MAX_VALUE : span.to());
    store.hours(endpoint, span.from(TimeSpan.HOUR), span.to()).forEach(all::add);
    return all;
  }

  long succeeded() {
    return counts.succeeded;
  }

  long failed() {
    return counts.failed;
  }

  long cancelled() {
    return counts.cancelled;
  }

  long attempts() {
    return counts.attempts;
  }

  long failedAttempts() {
    return counts.failedAttempts;
  }

  /** Returns whether a partial hour was counted as a whole. */
  boolean isApproximated() {
    return approximated;
  }

  private void add(HourRow hour) {
    long end = hour.start() + TimeSpan.HOUR;
    if (hour.start() >= from && end <= to) {
      counts.add(hour);
      return;
    }
    Counts part = hour.counts().attempts() > MOST ? null : part(hour);
    if (part == null) {
      approximated = true;
      counts.add(hour);
    } else {
      counts.add(part);
    }
  }

  /**
   * Returns the counts of the part of an hour within the span, or null if they cannot be
   * determined, because there are too many attempts or some have been removed.
   */
  private @Nullable Counts part(HourRow hour) {
    Counts whole = new Counts();
    Counts inside = new Counts();
    long after = Ids.firstAt(hour.start()) - 1;
    int left = MOST;
    do {
      Page<AttemptRow> page = page(hour, after);
      for (AttemptRow row : page.rows()) {
        long time = Ids.timeOf(row.id());
        whole.add(row);
        if (time >= from && time < to) {
          inside.add(row);
        }
      }
      left -= page.rows().size();
      after = page.next();
    } while (after != 0 && left > 0);
    return after == 0 && whole.hasAllOf(hour) ? inside : null;
  }

  private Page<AttemptRow> page(HourRow hour, long after) {
    return store.attempts(
        new AttemptQuery(
            hour.endpoint(),
            0,
            new PageRequest(after, Ids.firstAt(hour.start() + TimeSpan.HOUR), false, PAGE),
            AttemptFilter.NONE));
  }

  /** Numbers of deliveries by outcome, and of attempts. */
  private static final class Counts {
    long succeeded;
    long failed;
    long cancelled;
    long attempts;
    long failedAttempts;

    void add(HourRow hour) {
      succeeded += hour.counts().succeeded();
      failed += hour.counts().failed();
      cancelled += hour.counts().cancelled();
      attempts += hour.counts().attempts();
      failedAttempts += hour.counts().failedAttempts();
    }

    void add(Counts other) {
      succeeded += other.succeeded;
      failed += other.failed;
      cancelled += other.cancelled;
      attempts += other.attempts;
      failedAttempts += other.failedAttempts;
    }

    /** Counts an attempt like the stored counts of its hour, without manual tests. */
    void add(AttemptRow row) {
      if (row.kind() == AttemptKind.TEST) {
        return;
      }
      switch (row.state()) {
        case SUCCEEDED -> succeeded++;
        case FAILED -> failed++;
        case CANCELLED -> cancelled++;
        case WAITING -> {}
      }
      attempts += row.isExchange() ? 1 : 0;
      failedAttempts += row.isExchange() && !row.isSuccess() ? 1 : 0;
    }

    /** Returns whether nothing of the hour is missing; more may have been added since. */
    boolean hasAllOf(HourRow hour) {
      return succeeded >= hour.counts().succeeded()
          && failed >= hour.counts().failed()
          && cancelled >= hour.counts().cancelled()
          && attempts >= hour.counts().attempts();
    }
  }
}
