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
import java.util.function.Consumer;
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
  private final Room room;
  private final Peer peer;
  private final AtomicLong held = new AtomicLong();
  private final Queue<Runnable> waiting = new ArrayDeque<>(0);
  private volatile @Nullable ChannelHandlerContext context;
  private volatile long idleSince;
  private volatile long lastProgress;
  private final AtomicInteger standing = new AtomicInteger();
  private final AtomicInteger sending = new AtomicInteger();
  private volatile boolean aborted;
  private volatile boolean retired;
  private int requests;
  private long unsent;
  private long sendingMemory;
  private boolean closed;

  ClientConnection(Connections owner, Peer peer) {
    this.owner = owner;
    this.room = owner.room();
    this.peer = peer;
    this.idleSince = owner.nanos();
  }

  /** Returns the connection of a channel. */
  static ClientConnection of(Channel channel) {
    return channel.pipeline().get(ClientConnection.class);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
    if (aborted || retired) { // before its loop had it
      reset(added);
    }
  }

  /** Returns whose it is. */
  Peer peer() {
    return peer;
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
      idleSince = owner.nanos();
    }
    ChannelHandlerContext known = context;
    if (retired && known != null) {
      reset(known);
    }
  }

  /** From now on something waits for the client to send or to read. */
  void stand() {
    standing.incrementAndGet();
    lastProgress = owner.nanos();
  }

  /** Something no longer waits for the client. */
  void move() {
    standing.decrementAndGet();
  }

  /** The client has sent or read something. */
  void progress() {
    lastProgress = owner.nanos();
  }

  /**
   * Returns whether there is room for bytes that come from the client; takes it if so.
   *
   * @param before how many bytes of the same body there are already
   */
  boolean receive(int bytes, int before) {
    lastProgress = owner.nanos();
    return room.take(this, bytes, before + bytes <= Connections.PIECE);
  }

  /** Bytes that came from the client are gone. */
  void forget(long bytes) {
    room.free(this, bytes);
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
    room.hold(this, memory);
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
    room.free(this, memory);
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
    room.free(this, sendingMemory);
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

  /** Returns whether something of it waits for its client. */
  boolean isStanding() {
    return standing.get() > 0;
  }

  long lastProgress() {
    return lastProgress;
  }

  /** Returns whether the answer that comes next is its last. */
  boolean isRetired() {
    return retired;
  }

  /**
   * Closes it at once, without what waits to be written: to wait for a client that does not read
   * would take for ever.
   */
  void abort() {
    aborted = true;
    onLoop(this::reset);
  }

  /** Closes it as soon as it has no request, or else after the answer that is due. */
  void retire() {
    retired = true;
    onLoop(
        known -> {
          if (requests == 0) {
            reset(known);
          }
        });
  }

  /** Closes it if it has been idle since before a time; a request may begin until then. */
  void expire(long idle) {
    onLoop(
        known -> {
          if (isIdleSince(idle)) {
            reset(known);
          }
        });
  }

  private void onLoop(Consumer<ChannelHandlerContext> task) {
    ChannelHandlerContext known = context;
    if (known != null) {
      known.executor().execute(() -> task.accept(known));
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
        + (isIdle() ? TimeUnit.NANOSECONDS.toMillis(owner.nanos() - idleSince) + "ms" : "no")
        + ", held="
        + held.get()
        + "]";
  }
}
