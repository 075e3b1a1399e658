package dev.posthorn.server.http;

import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.ServerChannel;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * The connections of a front, from their acceptance on: which there are, and of which client. Those
 * whose clients do nothing for too long are closed. Thread-safe.
 */
final class Connections {
  /** An answer is written in pieces of so many bytes, so that no more waits beside the heap. */
  static final int PIECE = 16 << 10;

  private static final int READS_PER_TURN = 2;

  /**
   * The size of reads: small, since what is read waits beside the room for bodies while a request
   * has to wait, and since many who send much are to leave those who send little their turn.
   */
  private static final RecvByteBufAllocator READS =
      new AdaptiveRecvByteBufAllocator(64, 2_048, PIECE).maxMessagesPerRead(READS_PER_TURN);

  private final HttpLimits limits;
  private final RequestMetrics traffic;
  private final LongSupplier nanos;
  private final Set<ClientConnection> all = ConcurrentHashMap.newKeySet();
  private final Set<ClientConnection> leaving = ConcurrentHashMap.newKeySet();
  private final Map<Object, Peer> peers = new HashMap<>();
  private final AtomicInteger count = new AtomicInteger();
  private final Admission admission;
  private final Room room;

  Connections(HttpLimits limits, RequestMetrics traffic) {
    this(limits, traffic, System::nanoTime);
  }

  /** Creates connections whose time is that of a clock. */
  Connections(HttpLimits limits, RequestMetrics traffic, LongSupplier nanos) {
    this.limits = limits;
    this.traffic = traffic;
    this.nanos = nanos;
    this.admission = new Admission(this, limits, traffic);
    this.room = new Room(this, limits.heldBytes());
  }

  /** Has a listening socket show each connection before anything is made for it. */
  <C extends ServerChannel> C watch(C listening) {
    listening.pipeline().addFirst(gate());
    return listening;
  }

  /** Returns what a listening socket's connections pass first. */
  ChannelHandler gate() {
    return admission.gate();
  }

  // ---- which there are -----------------------------------------------------------------------

  int count() {
    return count.get();
  }

  /** Returns those that count. */
  Set<ClientConnection> all() {
    return all;
  }

  /** Returns those that count no longer, but are not closed yet. */
  Set<ClientConnection> leaving() {
    return leaving;
  }

  /** Returns the client behind an address, with the connections that count; it may have none. */
  synchronized Peer peer(SocketAddress remote) {
    Object key = key(remote);
    Peer known = peers.get(key);
    return known == null ? new Peer(key, nanos()) : known;
  }

  /** Returns how many clients have connections. */
  synchronized int peers() {
    return peers.size();
  }

  /** Returns what the connections of a client have in common: for IPv6 its network. */
  private static Object key(SocketAddress remote) {
    if (!(remote instanceof InetSocketAddress socket)) {
      return String.valueOf(remote);
    }
    InetAddress address = socket.getAddress();
    return address instanceof Inet6Address
        ? (Object) ByteBuffer.wrap(address.getAddress()).getLong()
        : address;
  }

  /** Returns the room that bytes of bodies and answers share. */
  Room room() {
    return room;
  }

  long nanos() {
    return nanos.getAsLong();
  }

  // ---- coming and going ----------------------------------------------------------------------

  /** Counts a connection of a client, and takes its place in the pipeline. */
  void enter(Channel channel, Peer peer) {
    ClientConnection connection = new ClientConnection(this, peer);
    synchronized (this) {
      peers.put(peer.key(), peer);
      peer.connections().add(connection);
      all.add(connection);
      count.incrementAndGet();
    }
    channel.config().setRecvByteBufAllocator(READS);
    channel.pipeline().addFirst(connection);
    channel.closeFuture().addListener(closed -> closed(connection));
  }

  private void closed(ClientConnection connection) {
    var unused = leave(connection);
    leaving.remove(connection);
  }

  private synchronized boolean leave(ClientConnection connection) {
    if (!all.remove(connection)) {
      return false;
    }
    count.decrementAndGet();
    Peer peer = connection.peer();
    peer.connections().remove(connection);
    if (peer.connections().isEmpty()) {
      peers.remove(peer.key());
    }
    return true;
  }

  /** Closes one at once; it counts no longer from now on, not only once it is closed. */
  void drop(ClientConnection connection) {
    dismiss(connection, connection::abort);
  }

  /** Closes one once it has no request; it counts no longer from now on. */
  void retire(ClientConnection connection) {
    dismiss(connection, connection::retire);
  }

  private void dismiss(ClientConnection connection, Runnable close) {
    leaving.add(connection);
    if (leave(connection)) {
      traffic.dropped();
      close.run();
    } else {
      leaving.remove(connection);
    }
  }

  // ---- time ----------------------------------------------------------------------------------

  /** Closes those that are idle for too long, and those whose clients do not read. */
  void sweep() {
    long now = nanos();
    long idle = now - TimeUnit.MILLISECONDS.toNanos(limits.idleMillis());
    long write = Math.min(limits.writeMillis(), limits.idleMillis());
    long stuck = now - TimeUnit.MILLISECONDS.toNanos(write);
    for (ClientConnection one : all) {
      if (one.isIdleSince(idle)) {
        one.expire(idle);
      } else if (one.isStuckSince(stuck)) {
        drop(one);
      }
    }
  }
}
