package dev.posthorn.simulation;

import dev.posthorn.spi.store.reads.Page;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.function.Function;
import java.util.function.Predicate;

/** Pages of the rows of a simulated table. */
final class SimPages {
  private static final int SCANNED = 10_000;

  private SimPages() {}

  /** Returns the first rows after an id. */
  static <R> List<R> first(NavigableMap<Long, R> rows, long after, int limit) {
    return rows.tailMap(after, false).values().stream().limit(limit).toList();
  }

  /** Returns a page of the rows that are wanted; it ends after so many rows were looked at. */
  static <R> Page<R> filtered(
      NavigableMap<Long, R> rows, Predicate<R> wanted, int limit, Function<R, R> shown) {
    List<R> found = new ArrayList<>();
    int scanned = 0;
    long last = 0;
    for (var entry : rows.entrySet()) {
      if (found.size() == limit || scanned == SCANNED) {
        return new Page<>(found, last);
      }
      scanned++;
      last = entry.getKey();
      if (wanted.test(entry.getValue())) {
        found.add(shown.apply(entry.getValue()));
      }
    }
    return new Page<>(found, 0);
  }
}
