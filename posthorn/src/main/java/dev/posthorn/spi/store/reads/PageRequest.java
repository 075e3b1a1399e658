package dev.posthorn.spi.store.reads;

import java.util.Collections;
import java.util.NavigableMap;

/**
 * Request for one page of a list.
 *
 * @param after only ids greater than this (exclusive), or {@link Long#MIN_VALUE}
 * @param before only ids smaller than this (exclusive), or {@link Long#MAX_VALUE}
 * @param newestFirst the order
 * @param limit the maximum number of rows of the page
 */
public record PageRequest(long after, long before, boolean newestFirst, int limit) {

  /** Returns a request for the oldest rows. */
  public static PageRequest oldest(int limit) {
    return after(Long.MIN_VALUE, limit);
  }

  /** Returns a request for the oldest rows after an id. */
  public static PageRequest after(long id, int limit) {
    return new PageRequest(id, Long.MAX_VALUE, false, limit);
  }

  /** Returns a request for the newest rows. */
  public static PageRequest newest(int limit) {
    return before(Long.MAX_VALUE, limit);
  }

  /** Returns a request for the newest rows before an id. */
  public static PageRequest before(long id, int limit) {
    return new PageRequest(Long.MIN_VALUE, id, true, limit);
  }

  /** Returns this request with another limit. */
  public PageRequest withLimit(int most) {
    return new PageRequest(after, before, newestFirst, most);
  }

  /** Returns the rows of a list within the bounds, in order; ignores the limit. */
  public <T> NavigableMap<Long, T> of(NavigableMap<Long, T> all) {
    if (after >= before) {
      return Collections.emptyNavigableMap();
    }
    NavigableMap<Long, T> some = all.subMap(after, false, before, false);
    return newestFirst ? some.descendingMap() : some;
  }

  /** Returns the request for the page after one that ended at an id. */
  public PageRequest next(long id) {
    return newestFirst
        ? new PageRequest(after, id, true, limit)
        : new PageRequest(id, before, false, limit);
  }
}
