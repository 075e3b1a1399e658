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
 * A client's connection: its state and the memory it holds. It is the first handler of its
 * channel's pipeline, so that closing it discards data that is waiting to be written.
 *
 * <p>Its own event loop changes it; other threads read it and may close it.
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
    if (aborted || retired) { // before its event loop got it
      reset(added);
    }
  }

  /** Returns the client that opened the connection. */
  Peer peer() {
    return peer;
  }

  // ---- on its event loop ---------------------------------------------------------------------

  /** Notes that a request begins, so that the connection is not idle. */
  void begin() {
    requests++;
    idleSince = BUSY;
  }

  /** Notes that a request has ended, with or without an answer. */
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

  /** Notes that a request starts waiting for the client to send or read. */
  void stand() {
    standing.incrementAndGet();
    lastProgress = owner.nanos();
  }

  /** Notes that a request has stopped waiting for the client. */
  void move() {
    standing.decrementAndGet();
  }

  /** Notes that the client has sent or read data. */
  void progress() {
    lastProgress = owner.nanos();
  }

  /**
   * Reserves room for bytes from the client; returns false if there is none.
   *
   * @param before bytes of the same body that were received before
   */
  boolean receive(int bytes, int before) {
    lastProgress = owner.nanos();
    return room.take(this, bytes, before + bytes <= Connections.PIECE);
  }

  /** Frees the room of bytes that came from the client. */
  void forget(long bytes) {
    room.free(this, bytes);
  }

  /**
   * Notes that an answer is waiting for the client to read it.
   *
   * @param bytes its length
   * @param memory the bytes of memory it takes
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

  /** Notes that an answer has been sent. */
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

  /** Frees the room of answers that the client will never read; no later call accounts for them. */
  @Override
  public void handlerRemoved(ChannelHandlerContext removed) {
    closed = true;
    sending.set(0);
    waiting.clear();
    room.free(this, sendingMemory);
    sendingMemory = 0;
  }

  /**
   * Returns whether the client still has to read earlier answers, so that no further one is
   * prepared.
   */
  boolean isBehind() {
    return unsent > Connections.PIECE;
  }

  /** Runs a task once the client has read its earlier answers. */
  void whenRead(Runnable next) {
    waiting.add(next);
  }

  // ---- from any thread -----------------------------------------------------------------------

  AtomicLong held() {
    return held;
  }

  /** Returns the time since which no request is active, or {@link Long#MAX_VALUE} if one is. */
  long idleSince() {
    return idleSince;
  }

  boolean isIdle() {
    return idleSince != BUSY;
  }

  /** Returns whether the connection has been idle since before a time. */
  boolean isIdleSince(long nanos) {
    long since = idleSince;
    return since != BUSY && since - nanos < 0;
  }

  /** Returns whether the client has read nothing of a pending answer since before a time. */
  boolean isStuckSince(long nanos) {
    return sending.get() > 0 && lastProgress - nanos < 0;
  }

  /** Returns whether a request is waiting for the client. */
  boolean isStanding() {
    return standing.get() > 0;
  }

  long lastProgress() {
    return lastProgress;
  }

  /** Returns whether the connection closes after its next answer. */
  boolean isRetired() {
    return retired;
  }

  /**
   * Closes the connection at once and discards unsent data, because a client that does not read
   * would block it forever.
   */
  void abort() {
    aborted = true;
    onLoop(this::reset);
  }

  /** Closes the connection as soon as no request is active. */
  void retire() {
    retired = true;
    onLoop(
        known -> {
          if (requests == 0) {
            reset(known);
          }
        });
  }

  /**
   * Closes the connection if it is still idle, since before a time, when its event loop gets to it.
   */
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
      known
          .channel()
          .config()
          .setOption(ChannelOption.SO_LINGER, 0); // discard the kernel's buffer, too
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
