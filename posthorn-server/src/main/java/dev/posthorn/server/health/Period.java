package dev.posthorn.server.health;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/**
 * The figures of the last hour, one every ten seconds and the newest. One thread at a time may use
 * it.
 */
final class Period {
  /** The time between two figures that are kept. */
  static final long STEP_MILLIS = 10_000;

  private static final long KEPT_MILLIS = Duration.ofHours(1).toMillis();

  private final Deque<Figures> kept = new ArrayDeque<>();
  private Figures now;

  /** Begins with the first figures. */
  Period(Figures first) {
    this.now = first;
    kept.add(first);
  }

  /** Adds the newest figures. */
  void add(Figures newest) {
    now = newest;
    if (newest.at() - kept.getLast().at() >= STEP_MILLIS) {
      kept.add(newest);
    }
    while (newest.at() - kept.getFirst().at() > KEPT_MILLIS) {
      kept.removeFirst();
    }
  }

  /** Returns the newest figures. */
  Figures now() {
    return now;
  }

  /** Returns the newest figures that are at least so old, or else the oldest. */
  Figures before(Duration age) {
    long at = now.at() - age.toMillis();
    for (Iterator<Figures> newestFirst = kept.descendingIterator(); newestFirst.hasNext(); ) {
      Figures one = newestFirst.next();
      if (one.at() <= at) {
        return one;
      }
    }
    return kept.getFirst();
  }

  /** Returns the growth of a counter within a time. */
  long growth(Duration within, ToLongFunction<Figures> counter) {
    return counter.applyAsLong(now) - counter.applyAsLong(before(within));
  }

  /** Returns whether something has been true for a time, in all figures. */
  boolean lasted(Duration time, Predicate<Figures> condition) {
    long from = now.at() - time.toMillis();
    if (kept.getFirst().at() > from || !condition.test(now)) {
      return false;
    }
    return kept.stream().filter(one -> one.at() >= from).allMatch(condition);
  }
}
