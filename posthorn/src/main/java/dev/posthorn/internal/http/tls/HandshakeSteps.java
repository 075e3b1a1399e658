package dev.posthorn.internal.http.tls;

import dev.posthorn.internal.fair.FairExecutor;
import dev.posthorn.spi.runtime.Owner;
import io.netty.channel.Channel;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Has the steps of one handshake that take long done elsewhere than on the loop, when it is its
 * owner's turn: checking certificates, signing. A handshake that was given up has no more steps.
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
   * Takes a step later.
   *
   * @throws RejectedExecutionException if too many of its owner wait
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

  Owner owner() {
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
