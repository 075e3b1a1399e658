package dev.posthorn.internal.http.connection;

import dev.posthorn.internal.http.tls.Offer;
import dev.posthorn.internal.http.tls.TlsPeer;
import dev.posthorn.spi.transport.HttpTarget;
import io.netty.channel.Channel;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One scheme, host, port and TLS identity of one application, and the open connections to it.
 * Endpoints that have all of it in common share them; each only takes one to an address it has
 * checked. No connection is shared between applications: what a receiver sends too much, or too
 * early, on the connection of one could become the answer to another.
 *
 * <p>Over HTTP/1.1 each exchange has a connection of its own, idle or new. Over HTTP/2 connections
 * carry many, so they are counted for the host: there are as many as those that wait need, and a
 * stream that becomes free goes to one of them, in turn by endpoint. What a host speaks is found
 * out by one connection while the others wait, or there would be one for each of them.
 */
public final class Authority {

  /** For how long no connection is kept after something came on one that nobody had asked for. */
  private static final long DISTRUST_NANOS = TimeUnit.MINUTES.toNanos(10);

  /** For how long it is remembered what a receiver requires that is not in use. */
  private static final long LESS_NANOS = TimeUnit.HOURS.toNanos(1);

  private static final int TLS_WEIGHT = 4;

  /** How many connections a loop shares to one host, however few streams each takes. */
  private static final int MOST_SHARED = 64;

  final boolean tls;
  final TlsPeer peer;
  private final LoopTransport transport;
  private final Deque<Http1Connection> idle = new ArrayDeque<>();
  private final List<Http2Connection> http2 = new ArrayList<>();

  /** Those with exchanges that wait for a shared connection, each once. */
  private final Deque<Destination> waiting = new ArrayDeque<>();

  private int waitingExchanges;
  private Protocol protocol = Protocol.UNKNOWN;
  private int dialing;
  private int made;

  /**
   * How many connections may be tried at once: after each that could not be made, twice as many.
   */
  private int tried = 1;

  /** How many streams a connection takes, as far as is known. */
  private int streams = Http2Connection.MAX_STREAMS;

  private boolean proceeding;

  /** How many destinations refer to this. */
  int destinations;

  /** Since when no connection is kept, and whether that was ever so. */
  private long distrustedNanos;

  private boolean distrusted;

  private Offer offer;

  /** Since when less is offered than to others, and whether that is so. */
  private long lessNanos;

  private boolean less;

  /** What the host spoke on its last new connection. */
  private enum Protocol {
    UNKNOWN,
    HTTP_1,
    HTTP_2
  }

  Authority(LoopTransport transport, HttpTarget target, Offer offer) {
    this.transport = transport;
    this.tls = target.tls();
    this.peer =
        new TlsPeer(target.host(), target.port(), target.literal() != null, target.identity());
    // BoringSSL's SNI goes through the JDK's rules for names, which know no underscore.
    this.offer = target.host().indexOf('_') < 0 ? offer : offer.ofJdk();
  }

  // Exchanges that come and go.

  /** Finds a connection for an exchange, or lets it wait for its turn on a shared one. */
  void enter(Exchange exchange, Destination destination) {
    if (isOwn()) {
      takeOwn(exchange, destination);
      return;
    }
    Http2Connection shared = waiting.isEmpty() ? shared(exchange) : null;
    if (shared != null) {
      shared.send(exchange, destination);
      return;
    }
    exchange.waits = true;
    waitingExchanges++;
    if (destination.await(exchange)) {
      waiting.addLast(destination);
    }
    proceed();
  }

  /** An exchange of a destination that waited has ended. */
  void left() {
    waitingExchanges--;
  }

  /**
   * Gives free streams to those that wait, in turn by endpoint, and makes connections for the rest.
   */
  void proceed() {
    if (proceeding) {
      return; // the one that is at it goes on
    }
    proceeding = true;
    try {
      for (Destination first; (first = first()) != null; ) {
        Exchange exchange = first.firstWaiting();
        Http2Connection shared = isOwn() ? null : shared(exchange);
        if (shared == null && !isOwn() && !mayDial(exchange.addresses())) {
          if (exchange.newerThan == 0 || http2.size() < MOST_SHARED) {
            return;
          }
          exchange.newerThan = 0; // there will be none, and the others are not to wait for it
          continue;
        }
        take(first);
        if (isOwn()) {
          takeOwn(exchange, first);
        } else if (shared != null) {
          shared.send(exchange, first);
        } else {
          transport.dial(first, exchange);
        }
      }
    } finally {
      proceeding = false;
    }
  }

  /** Returns the destination whose turn it is, or null if nothing waits. */
  private @Nullable Destination first() {
    for (Destination first; (first = waiting.peekFirst()) != null; ) {
      if (first.isAwaiting()) {
        return first;
      }
      waiting.removeFirst().unqueued();
    }
    return null;
  }

  private void take(Destination first) {
    waitingExchanges--;
    waiting.removeFirst();
    if (first.take()) {
      waiting.addLast(first);
    }
  }

  private void takeOwn(Exchange exchange, Destination destination) {
    Http1Connection connection = transport.takeIdle(this, exchange.addresses());
    if (connection != null) {
      connection.send(exchange, destination);
    } else {
      transport.dial(destination, exchange);
    }
  }

  /** Returns whether each exchange has a connection of its own. */
  boolean isOwn() {
    return !tls || !offer.http2() || protocol == Protocol.HTTP_1;
  }

  /**
   * Returns whether the host answers on a shared connection, so that who waits does so for room.
   */
  boolean isConnected() {
    return !http2.isEmpty();
  }

  // Connections that are made.

  private boolean mayDial(List<InetAddress> addresses) {
    if (protocol == Protocol.UNKNOWN) {
      return dialing < tried;
    }
    int connections = dialing;
    int coming = dialing * streams;
    for (Http2Connection connection : http2) {
      if (addresses.contains(connection.address)) {
        connections++;
        coming += connection.coming(streams);
      }
    }
    return connections < MOST_SHARED && waitingExchanges > coming;
  }

  /** Returns what the receiver is offered. */
  public Offer offer() {
    return offer;
  }

  /** The receiver takes requests by HTTP/1.1 alone: HTTP/2 is not offered to it any more. */
  void requireHttp1(long now) {
    offerLess(offer.withoutHttp2(), now);
    List.copyOf(http2).forEach(Http2Connection::leave);
  }

  /** The receiver has a certificate that only the JDK knows, or so it seems. */
  void requireJdk(long now) {
    offerLess(offer.ofJdk(), now);
  }

  private void offerLess(Offer offer, long now) {
    this.offer = offer;
    less = true;
    lessNanos = now;
  }

  /** A connection is being made. */
  void dialing() {
    dialing++;
  }

  /** A connection could not be made, or is not needed any more. */
  void notDialed() {
    dialing--;
    tried = Math.min(MOST_SHARED, 2 * tried);
    proceed();
  }

  /** A connection was made that carries one exchange at a time. */
  void dialed() {
    dialing--;
    tried = 1;
    if (http2.isEmpty()) {
      protocol = Protocol.HTTP_1;
    }
  }

  /** A connection was made that is shared. */
  void dialed(Http2Connection connection) {
    dialing--;
    tried = 1;
    protocol = Protocol.HTTP_2;
    connection.number = ++made;
    http2.add(connection);
  }

  /** Returns how many shared connections were made so far. */
  int made() {
    return made;
  }

  /** The host says how many streams it takes on a connection. */
  void takes(int most) {
    streams = Math.max(1, most);
    proceed();
  }

  void remove(Http2Connection connection) {
    http2.remove(connection);
    proceed();
  }

  private @Nullable Http2Connection shared(Exchange exchange) {
    for (Http2Connection connection : http2) {
      if (connection.number > exchange.newerThan
          && connection.hasRoom()
          && exchange.addresses().contains(connection.address)) {
        return connection;
      }
    }
    return null;
  }

  // Connections that are idle.

  /** Takes the connection that was used last, so that those in excess grow old. */
  @Nullable Http1Connection takeIdle(List<InetAddress> addresses, long now) {
    Http1Connection last = idle.peekLast();
    if (last == null || !isTrusted(now)) {
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

  /** Returns as how many connections without TLS an idle one counts: by the memory it takes. */
  int weight() {
    return tls ? TLS_WEIGHT : 1;
  }

  void addIdle(Http1Connection connection) {
    idle.addLast(connection);
  }

  boolean removeIdle(Http1Connection connection) {
    return idle.remove(connection);
  }

  /** Returns the connection that no exchange has used for longest, or null. */
  @Nullable Channel oldestIdle() {
    Http1Connection oldest = idle.peekFirst();
    if (oldest != null) {
      return oldest.channel;
    }
    for (Http2Connection connection : http2) {
      if (connection.isIdle()) {
        return connection.channel;
      }
    }
    return null;
  }

  /** Adds connections of both kinds that have been idle for too long, while there is room. */
  void addStale(List<Channel> stale, int room, long now) {
    boolean trusted = isTrusted(now);
    for (Http1Connection connection : idle) {
      if (stale.size() < room && !(trusted && connection.isFresh(now))) {
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

  /** Something came that nobody had asked for: for a while no connection is used twice. */
  void distrust(long now) {
    distrusted = true;
    distrustedNanos = now;
  }

  boolean isTrusted(long now) {
    distrusted &= now - distrustedNanos < DISTRUST_NANOS;
    return !distrusted;
  }

  boolean isUnused(long now) {
    return destinations == 0
        && idle.isEmpty()
        && http2.isEmpty()
        && dialing == 0
        && isTrusted(now)
        && !(less && now - lessNanos < LESS_NANOS);
  }
}
