package dev.posthorn.server.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection: what it is at, and how many bytes it holds in memory. It stands first in
 * its channel's pipeline, so that it can be closed without anything that waits to be written.
 *
 * <p>Its own event loop changes it; others look at it, and may close it.
 */
final class ClientConnection extends ChannelHandlerAdapter {
  private static final long BUSY = Long.MAX_VALUE;

  private final Connections owner;
  private final Object address;
  private final AtomicLong held = new AtomicLong();
  private final Queue<Runnable> waiting = new ArrayDeque<>(0);
  private volatile @Nullable ChannelHandlerContext context;
  private volatile long idleSince = System.nanoTime();
  private volatile long lastProgress;
  private final AtomicInteger standing = new AtomicInteger();
  private final AtomicInteger sending = new AtomicInteger();
  private volatile boolean aborted;
  private int requests;
  private long unsent;
  private long sendingMemory;
  private boolean closed;

  ClientConnection(Connections owner, Object address) {
    this.owner = owner;
    this.address = address;
  }

  /** Returns the connection of a channel. */
  static ClientConnection of(Channel channel) {
    return channel.pipeline().get(ClientConnection.class);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
    if (aborted) { // before its loop had it
      reset(added);
    }
  }

  /** Returns what connections of the same client have in common. */
  Object address() {
    return address;
  }

  // ---- on its event loop ---------------------------------------------------------------------

  /** A request begins: the connection is not idle. */
  void begin() {
    requests++;
    idleSince = BUSY;
  }

  /** A request is over, with or without an answer. */
  void end() {
    requests--;
    if (requests == 0) {
      idleSince = System.nanoTime();
    }
  }

  /** From now on something waits for the client to send or to read. */
  void stand() {
    standing.incrementAndGet();
    lastProgress = System.nanoTime();
  }

  /** Something no longer waits for the client. */
  void move() {
    standing.decrementAndGet();
  }

  /** The client has sent or read something. */
  void progress() {
    lastProgress = System.nanoTime();
  }

  /**
   * Returns whether there is room for bytes that come from the client; takes it if so.
   *
   * @param before how many bytes of the same body there are already
   */
  boolean receive(int bytes, int before) {
    lastProgress = System.nanoTime();
    return owner.take(this, bytes, before + bytes <= Connections.PIECE);
  }

  /** Bytes that came from the client are gone. */
  void forget(long bytes) {
    owner.free(this, bytes);
  }

  /**
   * An answer waits to be read by the client.
   *
   * @param bytes how long it is
   * @param memory how many bytes of memory it takes
   */
  void beginSending(long bytes, long memory) {
    if (closed) {
      return;
    }
    stand();
    sending.incrementAndGet();
    unsent += bytes;
    sendingMemory += memory;
    owner.hold(this, memory);
  }

  /** An answer has left. */
  void endSending(long bytes, long memory) {
    if (closed) {
      return;
    }
    move();
    sending.decrementAndGet();
    unsent -= bytes;
    sendingMemory -= memory;
    owner.free(this, memory);
    while (unsent <= Connections.PIECE && !waiting.isEmpty()) {
      waiting.remove().run();
    }
  }

  /** What waited to be read will never be; nothing need tell of each answer any more. */
  @Override
  public void handlerRemoved(ChannelHandlerContext removed) {
    closed = true;
    sending.set(0);
    waiting.clear();
    owner.free(this, sendingMemory);
    sendingMemory = 0;
  }

  /**
   * Returns whether the client has yet to read what it was answered, so that nothing more is
   * prepared for it.
   */
  boolean isBehind() {
    return unsent > Connections.PIECE;
  }

  /** Runs something once the client has read what it was answered. */
  void whenRead(Runnable next) {
    waiting.add(next);
  }

  // ---- from anywhere -------------------------------------------------------------------------

  AtomicLong held() {
    return held;
  }

  /** Returns since when it has no request, or {@link Long#MAX_VALUE} if it has one. */
  long idleSince() {
    return idleSince;
  }

  boolean isIdle() {
    return idleSince != BUSY;
  }

  /** Returns whether it has been idle since before a time. */
  boolean isIdleSince(long nanos) {
    long since = idleSince;
    return since != BUSY && since - nanos < 0;
  }

  /** Returns whether its client has read nothing of its answer since before a time. */
  boolean isStuckSince(long nanos) {
    return sending.get() > 0 && lastProgress - nanos < 0;
  }

  /** Returns whether it holds bytes that wait for its client. */
  boolean isStanding() {
    return standing.get() > 0 && held.get() > 0;
  }

  long lastProgress() {
    return lastProgress;
  }

  boolean isAborted() {
    return aborted;
  }

  /**
   * Closes it at once, without what waits to be written: to wait for a client that does not read
   * would take for ever.
   */
  void abort() {
    aborted = true;
    ChannelHandlerContext known = context;
    if (known != null) {
      known.executor().execute(() -> reset(known));
    }
  }

  private void reset(ChannelHandlerContext known) {
    if (sending.get() > 0) {
      known.channel().config().setOption(ChannelOption.SO_LINGER, 0); // nor in the kernel
    }
    var unused = known.close();
  }

  @Override
  public String toString() {
    return "ClientConnection[idle="
        + (isIdle() ? TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - idleSince) + "ms" : "no")
        + ", held="
        + held.get()
        + "]";
  }
}
