package dev.posthorn.internal.http.dns;

import dev.posthorn.internal.fair.FairQueue;
import dev.posthorn.internal.fair.Shares;
import dev.posthorn.spi.runtime.Owner;
import org.jspecify.annotations.Nullable;

/**
 * The look-ups of one kind: there are a few places, and those beyond wait for their owner's turn.
 * So names whose servers are slow or fail take no place from others, and whoever has many names
 * none from whoever has few. How many are asked for at once, those that gave up their place too, is
 * bounded, since each question has a socket.
 */
final class LookupLine {
  private final Shares places;
  private final Shares asked;
  private final Shares waiting;
  private final FairQueue<Turn> turns = new FairQueue<>();

  /** A look-up that one of those who want it waits for. */
  private record Turn(Owner owner, Lookup lookup) {}

  /** What is known of a name before it is asked for. */
  enum Kind {
    /** It was answered, soon, the last time. */
    KNOWN,
    /** Nothing. */
    NEW,
    /** Its last look-up failed or took long. */
    SLOW
  }

  /**
   * Creates a line.
   *
   * @param places how many are asked for at once and have not given up their place
   * @param asked how many are asked for at once
   * @param waiting how many wait; others may count there too
   */
  LookupLine(Shares places, Shares asked, Shares waiting) {
    this.places = places;
    this.asked = asked;
    this.waiting = waiting;
  }

  /** Puts a look-up in line, also of those who wait for it already; returns whether it may wait. */
  boolean add(Owner owner, Lookup lookup) {
    for (Owner other : lookup.owners) {
      if (other.group().equals(owner.group())) {
        return true;
      }
    }
    if (!waiting.mayTake(owner)) {
      return false;
    }
    waiting.take(owner);
    lookup.owners.add(owner);
    turns.add(owner, new Turn(owner, lookup));
    return true;
  }

  /** Takes a look-up out of line. */
  void remove(Lookup lookup) {
    for (Owner owner : lookup.owners) {
      waiting.giveBack(owner);
      turns.remove(owner, new Turn(owner, lookup));
    }
    lookup.owners.clear();
  }

  /** Returns the next look-up, which is asked for now, or null if there is none, or no place. */
  @Nullable Lookup next() {
    Turn turn =
        turns.poll(
            group -> places.mayGroupTake(group) && asked.mayGroupTake(group),
            owner -> places.mayTake(owner) && asked.mayTake(owner));
    if (turn == null) {
      return null;
    }
    remove(turn.lookup);
    places.take(turn.owner);
    asked.take(turn.owner);
    turn.lookup.askedBy = turn.owner;
    turn.lookup.hasPlace = true;
    return turn.lookup;
  }

  /** A look-up needs its place no more. */
  void leave(Lookup lookup) {
    if (lookup.hasPlace) {
      lookup.hasPlace = false;
      places.giveBack(lookup.askedBy);
    }
  }

  /** A look-up that was asked for has ended. */
  void end(Lookup lookup) {
    asked.giveBack(lookup.askedBy);
    leave(lookup);
  }
}
