package dev.posthorn.internal.http.tls;

import dev.posthorn.internal.fair.FairExecutor;
import dev.posthorn.spi.runtime.Owner;
import io.netty.channel.Channel;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Runs the expensive steps of one handshake off the loop, in its owner's turn: checking
 * certificates, signing. Once a handshake is given up, its remaining steps are dropped.
 */
public final class HandshakeSteps implements Executor {
  private final FairExecutor threads;
  private final Owner owner;
  private final Channel channel;
  private volatile boolean waiting;

  HandshakeSteps(FairExecutor threads, Owner owner, Channel channel) {
    this.threads = threads;
    this.owner = owner;
    this.channel = channel;
  }

  /**
   * Queues a step.
   *
   * @throws RejectedExecutionException if too many steps of its owner wait
   */
  @Override
  public void execute(Runnable step) {
    waiting = true;
    threads.execute(owner, () -> take(step));
  }

  private void take(Runnable step) {
    waiting = false;
    if (channel.isActive()) {
      step.run();
    }
  }

  /** Returns whose turn they need. */
  public Owner owner() {
    return owner;
  }

  Channel channel() {
    return channel;
  }

  /** Returns whether a step waits for its turn. */
  public boolean isWaiting() {
    return waiting;
  }
}
