package dev.posthorn.transport.http.internal;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The look-ups of one kind: each has a limited number of places, and those beyond wait in line. So
 * names whose servers are slow or fail take no place from others. How many are asked for at once,
 * those that gave up their place too, is bounded, since each question has a socket.
 */
final class LookupLine {
  private final int places;
  private final int most;
  private final Queue<Lookup> queue = new ArrayDeque<>();
  private int taken;
  private int asked;

  /** What is known of a name before it is asked for. */
  enum Kind {
    /** It was answered, soon, the last time. */
    KNOWN,
    /** Nothing. */
    NEW,
    /** Its last look-up failed or took long. */
    SLOW
  }

  LookupLine(int places, int most) {
    this.places = places;
    this.most = most;
  }

  /** Puts a look-up in line. */
  void add(Lookup lookup) {
    queue.add(lookup);
  }

  /** Takes a look-up out of line. */
  void remove(Lookup lookup) {
    queue.remove(lookup);
  }

  /** Returns the next look-up, which is asked for now, or null if there is none, or no place. */
  @Nullable Lookup next() {
    Lookup next = taken < places && asked < most ? queue.poll() : null;
    if (next != null) {
      asked++;
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

  /** A look-up that was asked for has ended. */
  void end(Lookup lookup) {
    asked--;
    leave(lookup);
  }

  int waiting() {
    return queue.size();
  }
}
