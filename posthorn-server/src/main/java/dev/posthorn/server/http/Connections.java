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
 * The open connections of a listener, by client. Closes connections whose clients are idle for too
 * long. Thread-safe.
 */
final class Connections {
  /** Size of the pieces in which answers are written, which bounds memory outside the heap. */
  static final int PIECE = 16 << 10;

  private static final int READS_PER_TURN = 2;

  /**
   * Small read buffers: data of a request that has to wait is not counted as body, and clients that
   * send much must not starve those that send little.
   */
  private static final RecvByteBufAllocator READS =
      new AdaptiveRecvByteBufAllocator(64, 2_048, PIECE).maxMessagesPerRead(READS_PER_TURN);

  private final HttpLimits limits;
  private final RequestMetrics metrics;
  private final LongSupplier nanos;
  private final Set<ClientConnection> all = ConcurrentHashMap.newKeySet();
  private final Set<ClientConnection> leaving = ConcurrentHashMap.newKeySet();
  private final Map<Object, Peer> peers = new HashMap<>();
  private final AtomicInteger count = new AtomicInteger();
  private final Admission admission;
  private final Room room;

  Connections(HttpLimits limits, RequestMetrics metrics) {
    this(limits, metrics, System::nanoTime);
  }

  /** Creates connections with their own source of time. */
  Connections(HttpLimits limits, RequestMetrics metrics, LongSupplier nanos) {
    this.limits = limits;
    this.metrics = metrics;
    this.nanos = nanos;
    this.admission = new Admission(this, limits, metrics);
    this.room = new Room(this, limits.heldBytes());
  }

  /** Makes a listening socket pass each new connection through admission first. */
  <C extends ServerChannel> C watch(C listening) {
    listening.pipeline().addFirst(gate());
    return listening;
  }

  /** Returns the first handler that connections of a listening socket pass. */
  ChannelHandler gate() {
    return admission.gate();
  }

  // ---- connections ---------------------------------------------------------------------------

  int count() {
    return count.get();
  }

  /** Returns the connections that count toward the limits. */
  Set<ClientConnection> all() {
    return all;
  }

  /** Returns the connections that no longer count but are not closed yet. */
  Set<ClientConnection> leaving() {
    return leaving;
  }

  /** Returns the client behind an address, which may have no connections yet. */
  synchronized Peer peer(SocketAddress remote) {
    Object key = key(remote);
    Peer known = peers.get(key);
    return known == null ? new Peer(key, nanos()) : known;
  }

  /** Returns the number of clients that have connections. */
  synchronized int peers() {
    return peers.size();
  }

  /** Returns the key of a client: its address, or the /64 network for IPv6. */
  private static Object key(SocketAddress remote) {
    if (!(remote instanceof InetSocketAddress socket)) {
      return String.valueOf(remote);
    }
    InetAddress address = socket.getAddress();
    return address instanceof Inet6Address
        ? (Object) ByteBuffer.wrap(address.getAddress()).getLong()
        : address;
  }

  /** Returns the memory budget that bodies and answers share. */
  Room room() {
    return room;
  }

  long nanos() {
    return nanos.getAsLong();
  }

  // ---- coming and going ----------------------------------------------------------------------

  /** Registers a client's connection and adds it to the pipeline. */
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

  /** Closes a connection at once; it stops counting now, not only when it is closed. */
  void drop(ClientConnection connection) {
    dismiss(connection, connection::abort);
  }

  /** Closes a connection once it has no request; it stops counting now. */
  void retire(ClientConnection connection) {
    dismiss(connection, connection::retire);
  }

  private void dismiss(ClientConnection connection, Runnable close) {
    leaving.add(connection);
    if (leave(connection)) {
      metrics.dropped();
      close.run();
    } else {
      leaving.remove(connection);
    }
  }

  // ---- time ----------------------------------------------------------------------------------

  /** Closes connections that are idle for too long and those whose clients do not read. */
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
