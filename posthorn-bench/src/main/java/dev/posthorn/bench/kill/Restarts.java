package dev.posthorn.bench.kill;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The times that restarts took: until the database was open, and until the first delivery. Both
 * include the start of the Java virtual machine, and the wait for the lease of the killed process
 * where there is one.
 */
final class Restarts {
  private final List<Long> open = new ArrayList<>();
  private final List<Long> first = new ArrayList<>();

  /** Notes the time until the database was open; all times are monotonic nanoseconds. */
  void noteOpen(long begun, long opened) {
    open.add(millis(begun, opened));
  }

  /**
   * Notes the time until the first delivery, and adds it to the line of the round.
   *
   * @param firstAt the time of the first delivery, or 0 if there was none
   */
  void noteFirst(long begun, long firstAt, StringBuilder line) {
    if (firstAt != 0) {
      long millis = millis(begun, firstAt);
      first.add(millis);
      line.append(line.isEmpty() ? "" : " ").append(millis);
    }
  }

  private static long millis(long begun, long ended) {
    return TimeUnit.NANOSECONDS.toMillis(ended - begun);
  }

  void print() {
    System.out.println();
    print("an open database", open);
    print("the first delivery", first);
  }

  private static void print(String what, List<Long> millis) {
    if (!millis.isEmpty()) {
      Collections.sort(millis);
      System.out.printf(
          "from a restart to %s: median %d ms, most %d ms%n",
          what, millis.get(millis.size() / 2), millis.getLast());
    }
  }
}
