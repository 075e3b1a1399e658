package dev.posthorn.server.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Admits or refuses new connections. While places are free, each client may open connections up to
 * its own limit. Once all places are taken, each client is entitled to an even share of them: a
 * client with less than its share displaces a connection of a client with more, and any other
 * client can only displace a connection of its own.
 *
 * <p>The connection that is displaced is the one idle longest; otherwise the one whose client has
 * gone longest without sending or reading although it should; otherwise, if a different client
 * wants in, any connection, after its current answer. Runs on the accepting thread.
 */
final class Admission {
  private final Connections connections;
  private final HttpLimits limits;
  private final RequestMetrics metrics;
  private final Fruitless search;

  Admission(Connections connections, HttpLimits limits, RequestMetrics metrics) {
    this.connections = connections;
    this.limits = limits;
    this.metrics = metrics;
    this.search = new Fruitless(connections.nanos());
  }

  /** Returns the first handler that connections of a listening socket pass. */
  ChannelHandler gate() {
    return new ChannelInboundHandlerAdapter() {
      @Override
      public void channelRead(ChannelHandlerContext context, Object accepted) {
        if (accepted instanceof Channel channel && !admit(channel)) {
          metrics.turnedAway();
          channel.unsafe().closeForcibly();
        } else {
          context.fireChannelRead(accepted);
        }
      }
    };
  }

  private boolean admit(Channel channel) {
    Peer peer = connections.peer(channel.remoteAddress());
    if (!hasShare(peer) || !hasPlace(peer)) {
      return false;
    }
    connections.enter(channel, peer);
    return true;
  }

  private boolean hasShare(Peer peer) {
    int share = limits.connectionsPerAddress();
    return share <= 0 || peer.number() < share || makeWayOfOwn(peer, share);
  }

  private boolean hasPlace(Peer peer) {
    int places = limits.connections();
    if (connections.count() < places) {
      return true;
    }
    int even = places / (connections.peers() + (peer.number() == 0 ? 1 : 0));
    return peer.number() < Math.max(1, even) ? makeWayOfOthers(even) : makeWayOfOwn(peer, places);
  }

  private boolean makeWayOfOwn(Peer peer, int limit) {
    long now = connections.nanos();
    if (peer.search().isFresh(now)) {
      return false;
    }
    Set<ClientConnection> own = peer.connections();
    int among = own.size();
    long still = now - TimeUnit.MILLISECONDS.toNanos(limits.stillMillis());
    boolean found = closeIdle(own, all -> true, limit) || closeStill(own, all -> true, still);
    return peer.search().ended(found, among, now);
  }

  private boolean makeWayOfOthers(int even) {
    long now = connections.nanos();
    if (search.isFresh(now)) {
      return false;
    }
    Set<ClientConnection> all = connections.all();
    int among = all.size();
    Predicate<ClientConnection> beyond = one -> one.peer().number() > even;
    boolean found =
        closeIdle(all, beyond, limits.connections())
            || closeStill(all, beyond, now)
            || retireBusy(all, beyond);
    return search.ended(found, among, now);
  }

  /**
   * Closes a hundredth of the limit at once, because searching for one takes as long as for many.
   */
  private boolean closeIdle(
      Collection<ClientConnection> among, Predicate<ClientConnection> which, int limit) {
    Predicate<ClientConnection> isIdle = ClientConnection::isIdle;
    int left = Math.max(1, limit / 100);
    boolean found = false;
    for (ClientConnection one :
        Aged.sorted(among, isIdle.and(which), ClientConnection::idleSince)) {
      if (left == 0) {
        break;
      }
      if (which.test(one)) { // its client may have fewer by now
        connections.retire(one);
        found = true;
        left--;
      }
    }
    return found;
  }

  private boolean closeStill(
      Collection<ClientConnection> among, Predicate<ClientConnection> which, long since) {
    ClientConnection longest = null;
    long from = since;
    for (ClientConnection one : among) {
      long progress = one.lastProgress();
      if (progress - from <= 0 && one.isStanding() && which.test(one)) {
        longest = one;
        from = progress;
      }
    }
    if (longest != null) {
      connections.drop(longest);
    }
    return longest != null;
  }

  /**
   * Closes a connection after its answer; until then the limit is exceeded by one, within a bound.
   */
  private boolean retireBusy(
      Collection<ClientConnection> among, Predicate<ClientConnection> which) {
    if (connections.leaving().size() > limits.connections() / 8) {
      return false;
    }
    for (ClientConnection one : among) {
      if (which.test(one)) {
        connections.retire(one);
        return true;
      }
    }
    return false;
  }
}
