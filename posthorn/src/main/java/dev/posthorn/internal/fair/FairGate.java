package dev.posthorn.internal.fair;

import dev.posthorn.spi.runtime.Owner;
import java.util.concurrent.Semaphore;

/**
 * Lets a few in at a time; the others wait, and are let in when it is their owner's turn ({@link
 * FairQueue}). Thread-safe.
 */
public final class FairGate {
  private final FairQueue<Semaphore> waiting = new FairQueue<>();
  private int free;

  /** Creates a gate that lets so many in. */
  public FairGate(int places) {
    this.free = places;
  }

  /** Waits until there is a place. */
  public void enter(Owner owner) {
    Semaphore turn;
    synchronized (this) {
      if (free > 0) {
        free--;
        return;
      }
      turn = new Semaphore(0);
      waiting.add(owner, turn);
    }
    turn.acquireUninterruptibly();
  }

  /** Leaves the place to the next. */
  public synchronized void leave() {
    Semaphore next = waiting.poll();
    if (next == null) {
      free++;
    } else {
      next.release();
    }
  }
}
