package dev.posthorn.internal.http.tls;

import dev.posthorn.internal.fair.FairQueue;
import dev.posthorn.spi.runtime.Owner;
import java.util.concurrent.Executor;

/**
 * Begins and continues the TLS handshakes of one loop one at a time, in turn by application and
 * endpoint; in between, the loop does what else there is to do. Beginning one takes a few tenths of
 * a millisecond, and continuing it as long or longer, so responses would wait for those of a crowd
 * that connects at once. Only its loop touches it.
 */
public final class HandshakeQueue {
  private final Executor loop;
  private final FairQueue<Runnable> waiting = new FairQueue<>();
  private boolean planned;

  /**
   * Creates a queue.
   *
   * @param loop runs a task after those that it has already
   */
  public HandshakeQueue(Executor loop) {
    this.loop = loop;
  }

  /** Queues a handshake, which begins or continues in its owner's turn. */
  public void add(Owner owner, Runnable handshake) {
    waiting.add(owner, handshake);
    plan();
  }

  private void plan() {
    if (!planned) {
      loop.execute(this::next);
      planned = true;
    }
  }

  private void next() {
    planned = false;
    Runnable handshake = waiting.poll();
    try {
      if (handshake != null) {
        handshake.run();
      }
    } finally {
      if (!waiting.isEmpty()) {
        plan();
      }
    }
  }
}
