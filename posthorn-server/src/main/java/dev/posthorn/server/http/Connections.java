package dev.posthorn.server.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ServerChannel;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The connections of a front, from their acceptance on: how many there are, how many of one
 * address, and how many bytes they hold together. When room is needed, those close that have been
 * idle for longest; when memory is, those whose client has stood still for longest. Thread-safe.
 */
final class Connections {
  /** An answer is written in pieces of so many bytes, so that no more waits beside the heap. */
  static final int PIECE = 16 << 10;

  private final HttpLimits limits;
  private final Traffic traffic;
  private final Set<ClientConnection> all = ConcurrentHashMap.newKeySet();
  private final Map<Object, Integer> byAddress = new ConcurrentHashMap<>();
  private final AtomicInteger count = new AtomicInteger();
  private final AtomicLong held = new AtomicLong();

  /** A connection with its age at one moment, since to sort needs what does not change. */
  private record Aged(ClientConnection connection, long since) implements Comparable<Aged> {
    @Override
    public int compareTo(Aged other) {
      return Long.compare(since - other.since, 0);
    }
  }

  Connections(HttpLimits limits, Traffic traffic) {
    this.limits = limits;
    this.traffic = traffic;
  }

  int count() {
    return count.get();
  }

  long held() {
    return held.get();
  }

  // ---- acceptance ----------------------------------------------------------------------------

  /** Has a listening socket show each connection before anything is made for it. */
  <C extends ServerChannel> C watch(C listening) {
    listening.pipeline().addFirst(gate());
    return listening;
  }

  /** Returns what a listening socket's connections pass first. */
  ChannelHandler gate() {
    return new ChannelInboundHandlerAdapter() {
      @Override
      public void channelRead(ChannelHandlerContext context, Object accepted) {
        if (accepted instanceof Channel channel && !admit(channel)) {
          traffic.turnedAway();
          channel.unsafe().closeForcibly();
        } else {
          context.fireChannelRead(accepted);
        }
      }
    };
  }

  private boolean admit(Channel channel) {
    Object address = address(channel.remoteAddress());
    int share = limits.connectionsPerAddress();
    if (share > 0 && byAddress.getOrDefault(address, 0) >= share) {
      closeIdle(all.stream().filter(one -> one.address().equals(address)).toList(), share);
      if (byAddress.getOrDefault(address, 0) >= share) {
        return false;
      }
    }
    if (count.get() >= limits.connections()) {
      closeIdle(List.copyOf(all), limits.connections());
      if (count.get() >= limits.connections()) {
        return false;
      }
    }
    enter(channel, address);
    return true;
  }

  private void enter(Channel channel, Object address) {
    ClientConnection connection = new ClientConnection(this, address);
    all.add(connection);
    count.incrementAndGet();
    byAddress.merge(address, 1, Integer::sum);
    channel.pipeline().addFirst(connection);
    channel.closeFuture().addListener(closed -> leave(connection));
  }

  private boolean leave(ClientConnection connection) {
    if (!all.remove(connection)) {
      return false;
    }
    count.decrementAndGet();
    byAddress.computeIfPresent(
        connection.address(), (key, number) -> number == 1 ? null : number - 1);
    return true;
  }

  /** Closes a hundredth, since to look for them takes as long for one as for many. */
  private void closeIdle(List<ClientConnection> some, int limit) {
    some.stream()
        .filter(ClientConnection::isIdle)
        .map(one -> new Aged(one, one.idleSince()))
        .sorted()
        .limit(Math.max(1, limit / 100))
        .forEach(aged -> drop(aged.connection()));
  }

  /** It counts no longer from now on, not only once it is closed. */
  private void drop(ClientConnection connection) {
    if (leave(connection)) {
      traffic.dropped();
      connection.abort();
    }
  }

  /** Returns what the connections of a client have in common: for IPv6 its network. */
  private static Object address(SocketAddress remote) {
    if (!(remote instanceof InetSocketAddress socket)) {
      return String.valueOf(remote);
    }
    InetAddress address = socket.getAddress();
    return address instanceof Inet6Address
        ? (Object) ByteBuffer.wrap(address.getAddress()).getLong()
        : address;
  }

  // ---- time ----------------------------------------------------------------------------------

  /** Closes those that are idle for too long, and those whose clients do not read. */
  void sweep() {
    long now = System.nanoTime();
    long idle = now - TimeUnit.MILLISECONDS.toNanos(limits.idleMillis());
    long stuck = now - TimeUnit.MILLISECONDS.toNanos(limits.writeMillis());
    for (ClientConnection one : all) {
      if (one.isIdleSince(idle)) {
        one.abort();
      } else if (one.isStuckSince(stuck)) {
        drop(one);
      }
    }
  }

  // ---- memory --------------------------------------------------------------------------------

  /**
   * Takes room for bytes if there is any, or can be made.
   *
   * @param small whether they are all there is of something small, which has a quarter more, so
   *     that it finds room beside what is large
   */
  boolean take(ClientConnection by, int bytes, boolean small) {
    hold(by, bytes);
    long most = small ? limits.heldBytes() + limits.heldBytes() / 4 : limits.heldBytes();
    if (held.get() <= most) {
      return true;
    }
    if (makeRoom(by)) {
      return true;
    }
    free(by, bytes);
    return false;
  }

  /** Takes room for bytes in any case: an answer that is made already. */
  void hold(ClientConnection by, long bytes) {
    by.held().addAndGet(bytes);
    if (held.addAndGet(bytes) > limits.heldBytes() && bytes > PIECE) {
      var unused = makeRoom(by);
    }
  }

  /** Gives room back. */
  void free(ClientConnection by, long bytes) {
    by.held().addAndGet(-bytes);
    held.addAndGet(-bytes);
  }

  /** Closes others that hold bytes and whose clients have stood still for longest. */
  private synchronized boolean makeRoom(ClientConnection by) {
    long over = held.get() - limits.heldBytes();
    for (ClientConnection one : all) {
      if (one.isAborted()) {
        over -= one.held().get();
      }
    }
    if (over <= 0) {
      return true;
    }
    // A little more than is needed, since to look for them takes as long for one as for many.
    over += limits.heldBytes() / 16;
    List<ClientConnection> standing =
        all.stream()
            .filter(one -> one != by && one.isStanding() && !one.isAborted())
            .map(one -> new Aged(one, one.lastProgress()))
            .sorted()
            .map(Aged::connection)
            .toList();
    long left = over;
    for (ClientConnection one : standing) {
      if (left <= 0) {
        break;
      }
      left -= one.held().get();
      traffic.dropped();
      one.abort();
    }
    return left <= limits.heldBytes() / 16;
  }
}
