package dev.posthorn.spi.store;

import java.util.List;

/**
 * A part of a list. A page may be short, or even empty, and not the last: a list with filters looks
 * at 10,000 rows at most for one page.
 *
 * @param rows what was found
 * @param next the id to go on after (or before, newest first), or 0 if this is the last page
 * @param <T> what is listed
 */
public record Page<T>(List<T> rows, long next) {

  /** Returns whether this is the last page. */
  public boolean done() {
    return next == 0;
  }
}
