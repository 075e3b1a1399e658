package dev.posthorn.transport.http.internal;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The look-ups of one kind: each has a limited number of places, and those beyond wait in line. So
 * names whose servers are slow or fail take no place from others.
 */
final class LookupLine {
  private final int places;
  private final Queue<Lookup> queue = new ArrayDeque<>();
  private int taken;

  /** What is known of a name before it is asked for. */
  enum Kind {
    /** It was answered, soon, the last time. */
    KNOWN,
    /** Nothing. */
    NEW,
    /** Its last look-up failed or took long. */
    SLOW
  }

  LookupLine(int places) {
    this.places = places;
  }

  /** Puts a look-up in line. */
  void add(Lookup lookup) {
    queue.add(lookup);
  }

  /** Takes a look-up out of line. */
  void remove(Lookup lookup) {
    queue.remove(lookup);
  }

  /** Returns the next look-up, which has a place now, or null if there is none, or no place. */
  @Nullable Lookup next() {
    Lookup next = taken < places ? queue.poll() : null;
    if (next != null) {
      taken++;
      next.hasPlace = true;
    }
    return next;
  }

  /** A look-up needs its place no more. */
  void leave(Lookup lookup) {
    if (lookup.hasPlace) {
      lookup.hasPlace = false;
      taken--;
    }
  }

  int waiting() {
    return queue.size();
  }
}
