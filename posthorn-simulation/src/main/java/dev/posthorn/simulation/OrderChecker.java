package dev.posthorn.simulation;

import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.ParkedKey;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Checks that an ordered endpoint gets the first of the deliveries that its engine knows of. */
final class OrderChecker {
  private static final long LONGEST_COMMIT_NANOS = 500_000_000;

  private final SimTables tables;
  private final SimClock clock;

  /** The times at which messages were accepted, by message. */
  private final Map<Long, Long> accepted;

  private final Set<Long> foundAtStart = new HashSet<>();

  OrderChecker(SimTables tables, SimClock clock, Map<Long, Long> accepted) {
    this.tables = tables;
    this.clock = clock;
    this.accepted = accepted;
  }

  /** An engine begins with what waits for some messages. */
  void found(Collection<Long> messages) {
    foundAtStart.addAll(messages);
  }

  /** An exchange starts. */
  void requireFirst(LiveRow row) {
    ParkedKey key = row.parkedKey();
    for (LiveRow parked : tables.parked(row.endpoint())) {
      if (parked.parkedKey().compareTo(key) >= 0) {
        break;
      }
      requireUnknown(parked, row);
    }
    tables
        .eachHot()
        .filter(hot -> hot.endpoint() == row.endpoint() && hot.parkedKey().compareTo(key) < 0)
        .forEach(hot -> requireUnknown(hot, row));
  }

  /** A row may be on disk while the engine has no answer to its commit yet. */
  private void requireUnknown(LiveRow first, LiveRow sent) {
    if (first.kind().isReplay()) {
      return; // when the engine knew of it is not known here
    }
    Long since = accepted.get(first.message());
    boolean known =
        since != null
            && clock.nanoTime() - since > LONGEST_COMMIT_NANOS
            // Another node's clock may be behind: its messages come late, in places before others.
            && !tables.wasHandedOff(first.message());
    if (known || foundAtStart.contains(first.message())) {
      throw new Violation("order: " + sent + " is sent before " + first);
    }
  }
}
