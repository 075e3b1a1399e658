package dev.posthorn.internal.engine.registry;

import java.util.NavigableMap;
import java.util.stream.Stream;

/**
 * Which part of a list is wanted.
 *
 * @param after only ids greater than this, or {@link Long#MIN_VALUE}
 * @param before only ids smaller than this, or {@link Long#MAX_VALUE}
 * @param newestFirst the order
 * @param limit how many at most
 */
public record Listing(long after, long before, boolean newestFirst, int limit) {

  /** Returns those of some that are by their ids as wanted, in order; more than the limit. */
  <T> Stream<T> of(NavigableMap<Long, T> all) {
    if (after >= before) {
      return Stream.of();
    }
    NavigableMap<Long, T> some = all.subMap(after, false, before, false);
    return (newestFirst ? some.descendingMap() : some).values().stream();
  }
}
