package dev.posthorn.spi.store.reads;

import java.util.List;

/**
 * A page of a list. A page may be short, or even empty, without being the last: for one page, a
 * list with filters examines at most 10,000 rows.
 *
 * @param rows the rows found
 * @param next the id after which (or before which, newest first) the next page starts, or 0 if this
 *     is the last page
 * @param <T> the type of the rows
 */
public record Page<T>(List<T> rows, long next) {

  /** Returns whether this is the last page. */
  public boolean done() {
    return next == 0;
  }
}
