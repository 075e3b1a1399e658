package dev.posthorn.internal.http.dns;

import dev.posthorn.internal.fair.FairQueue;
import dev.posthorn.internal.fair.Shares;
import dev.posthorn.spi.runtime.Owner;
import org.jspecify.annotations.Nullable;

/**
 * The lookups of one kind: they share a few slots, and the others wait for their owner's turn. So
 * names whose servers are slow or fail take no slot from other names, and an owner with many names
 * takes none from an owner with few. The number of concurrent lookups, including those that gave
 * their slot up, is limited, because each has a socket.
 */
final class LookupLine {
  private final Shares places;
  private final Shares asked;
  private final Shares waiting;
  private final FairQueue<Turn> turns = new FairQueue<>();

  /** A lookup in the queue of one of the owners that wait for it. */
  private record Turn(Owner owner, Lookup lookup) {}

  /** Kind of a name, by the history of its lookups. */
  enum Kind {
    /** The last lookup was answered quickly. */
    KNOWN,
    /** No earlier lookup. */
    NEW,
    /** The last lookup failed or took long. */
    SLOW
  }

  /**
   * Creates a line.
   *
   * @param places limits the concurrent lookups that have not given their slot up
   * @param asked limits the concurrent lookups
   * @param waiting limits the waiting lookups; may be shared with other lines
   */
  LookupLine(Shares places, Shares asked, Shares waiting) {
    this.places = places;
    this.asked = asked;
    this.waiting = waiting;
  }

  /**
   * Queues a lookup for an owner, even if it is queued for others already; returns whether it may
   * wait.
   */
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

  /** Removes a lookup from the queue. */
  void remove(Lookup lookup) {
    for (Owner owner : lookup.owners) {
      waiting.giveBack(owner);
      turns.remove(owner, new Turn(owner, lookup));
    }
    lookup.owners.clear();
  }

  /** Takes the next lookup, which starts now, or returns null if there is none, or no slot. */
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

  /** Frees the slot of a lookup. */
  void leave(Lookup lookup) {
    if (lookup.hasPlace) {
      lookup.hasPlace = false;
      places.giveBack(lookup.askedBy);
    }
  }

  /** Ends a lookup that was started. */
  void end(Lookup lookup) {
    asked.giveBack(lookup.askedBy);
    leave(lookup);
  }
}
