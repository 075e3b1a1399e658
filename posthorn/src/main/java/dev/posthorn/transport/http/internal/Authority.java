package dev.posthorn.transport.http.internal;

import dev.posthorn.transport.HttpTarget;
import dev.posthorn.transport.TlsIdentity;
import io.netty.channel.Channel;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * One scheme, host, port and TLS identity, and the open connections to it that are free for the
 * next exchange. Endpoints that have all of it in common share them; each only takes one to an
 * address it has checked.
 */
final class Authority {

  final boolean tls;
  final String host;
  final int port;
  final boolean isLiteral;
  final @Nullable TlsIdentity identity;
  private final Deque<Http1Connection> idle = new ArrayDeque<>();
  private final List<Http2Connection> http2 = new ArrayList<>();
  private final Queue<Destination> waiting = new ArrayDeque<>();

  /** How many destinations refer to this. */
  int destinations;

  Authority(HttpTarget target) {
    this.tls = target.tls();
    this.host = target.host();
    this.port = target.port();
    this.isLiteral = target.literal() != null;
    this.identity = target.identity();
  }

  /** Takes the connection that was used last, so that those in excess grow old. */
  @Nullable Http1Connection takeIdle(List<InetAddress> addresses, long now) {
    Http1Connection last = idle.peekLast();
    if (last == null) {
      return null;
    }
    if (last.isFresh(now) && addresses.contains(last.address)) {
      idle.removeLast();
      return last;
    }
    for (Iterator<Http1Connection> i = idle.descendingIterator(); i.hasNext(); ) {
      Http1Connection connection = i.next();
      if (connection.isFresh(now) && addresses.contains(connection.address)) {
        i.remove();
        return connection;
      }
    }
    return null;
  }

  void addIdle(Http1Connection connection) {
    idle.addLast(connection);
  }

  boolean removeIdle(Http1Connection connection) {
    return idle.remove(connection);
  }

  /** Adds connections of both kinds that have been idle for too long, while there is room. */
  void addStale(List<Channel> stale, int room, long now) {
    for (Http1Connection connection : idle) {
      if (stale.size() < room && !connection.isFresh(now)) {
        stale.add(connection.channel);
      }
    }
    for (Http2Connection connection : http2) {
      if (stale.size() < room && !connection.isFresh(now)) {
        stale.add(connection.channel);
      }
    }
  }

  /** Adds the connections that no exchange uses, and those that are shared. */
  void addOpen(List<Channel> open) {
    idle.forEach(connection -> open.add(connection.channel));
    http2.forEach(connection -> open.add(connection.channel));
  }

  @Nullable Http2Connection shared(List<InetAddress> addresses) {
    for (Http2Connection connection : http2) {
      if (connection.hasRoom() && addresses.contains(connection.address)) {
        return connection;
      }
    }
    return null;
  }

  int sharedCount(List<InetAddress> addresses) {
    int count = 0;
    for (Http2Connection connection : http2) {
      count += addresses.contains(connection.address) ? 1 : 0;
    }
    return count;
  }

  void add(Http2Connection connection) {
    http2.add(connection);
  }

  void remove(Http2Connection connection) {
    http2.remove(connection);
    wake();
  }

  /** Notes that exchanges of {@code destination} wait for room on a shared connection. */
  void await(Destination destination) {
    if (!waiting.contains(destination)) {
      waiting.add(destination);
    }
  }

  /** There is room on a shared connection, or one is gone: whoever waits tries again. */
  void wake() {
    for (int i = waiting.size(); i > 0; i--) {
      Destination destination = waiting.remove();
      destination.proceed();
    }
  }

  boolean isUnused() {
    return destinations == 0 && idle.isEmpty() && http2.isEmpty();
  }
}
