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
 * Decides which connections are let in. While not all places are taken a client may have its share.
 * Once they are, what counts is an even share, of as many as there are clients: whoever has less
 * gets in at the cost of whoever has more, and others at their own cost only.
 *
 * <p>What makes way is what has been idle for longest; else what has stood still for longest while
 * its client should send or read; else, if another client wants in, anything, after its answer.
 * Runs on the thread that accepts.
 */
final class Admission {
  private final Connections connections;
  private final HttpLimits limits;
  private final RequestMetrics traffic;
  private final Fruitless search;

  Admission(Connections connections, HttpLimits limits, RequestMetrics traffic) {
    this.connections = connections;
    this.limits = limits;
    this.traffic = traffic;
    this.search = new Fruitless(connections.nanos());
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

  /** Closes a hundredth, since to look for them takes as long for one as for many. */
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
      if (which.test(one)) { // those before may have been enough of its client's
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

  /** Closes one after its answer; until then there is one more, within a bound. */
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
