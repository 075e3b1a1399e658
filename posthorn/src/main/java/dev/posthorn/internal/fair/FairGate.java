package dev.posthorn.internal.fair;

import dev.posthorn.spi.runtime.Owner;
import java.util.concurrent.Semaphore;

/**
 * Admits a limited number of threads at a time; the others wait until it is their owner's turn
 * ({@link FairQueue}). Thread-safe.
 */
public final class FairGate {
  private final FairQueue<Semaphore> waiting = new FairQueue<>();
  private int free;

  /** Creates a gate for a number of threads. */
  public FairGate(int places) {
    this.free = places;
  }

  /** Waits for a place. */
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

  /** Passes the place on to the next thread. */
  public synchronized void leave() {
    Semaphore next = waiting.poll();
    if (next == null) {
      free++;
    } else {
      next.release();
    }
  }
}
