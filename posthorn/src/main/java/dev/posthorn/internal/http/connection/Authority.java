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
 * Endpoints for which all of these are equal share the connections; each uses only connections to
 * addresses that it has checked. Applications never share a connection: excess or premature bytes
 * that a receiver sends on the connection of one could become the answer to another.
 *
 * <p>Over HTTP/1.1 each exchange has its own connection, idle or new. Over HTTP/2 connections carry
 * many exchanges, so they are counted per host: there are as many as the waiting exchanges need,
 * and a stream that becomes free goes to one of them, in turn by endpoint. One connection finds out
 * which protocol a host speaks while the others wait; otherwise each of them would open one.
 */
public final class Authority {

  /**
   * Time without connection reuse after a receiver sent unsolicited bytes on an idle connection.
   */
  private static final long DISTRUST_NANOS = TimeUnit.MINUTES.toNanos(10);

  /** Time for which a receiver's need for a restricted offer is remembered. */
  private static final long LESS_NANOS = TimeUnit.HOURS.toNanos(1);

  private static final int TLS_WEIGHT = 4;

  /**
   * Maximum number of shared connections of a loop to one host, however few streams each allows.
   */
  private static final int MOST_SHARED = 64;

  final boolean tls;
  final TlsPeer peer;
  private final LoopTransport transport;
  private final Deque<Http1Connection> idle = new ArrayDeque<>();
  private final List<Http2Connection> http2 = new ArrayList<>();

  /** Destinations with exchanges that wait for a shared connection, each once. */
  private final Deque<Destination> waiting = new ArrayDeque<>();

  private int waitingExchanges;
  private Protocol protocol = Protocol.UNKNOWN;
  private int dialing;
  private int made;

  /** Maximum number of concurrent connection attempts, doubled after each failure. */
  private int tried = 1;

  /** Number of streams per connection, as far as known. */
  private int streams = Http2Connection.MAX_STREAMS;

  private boolean proceeding;

  /** Number of destinations that refer to this authority. */
  int destinations;

  /** Start of the time without connection reuse; meaningful only if {@code distrusted}. */
  private long distrustedNanos;

  private boolean distrusted;

  private Offer offer;

  /** Start of the restricted offer; meaningful only if {@code less}. */
  private long lessNanos;

  private boolean less;

  /** Protocol that the host spoke on its last new connection. */
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
    // BoringSSL's SNI applies the JDK's rules for host names, which do not allow underscores.
    this.offer = target.host().indexOf('_') < 0 ? offer : offer.ofJdk();
  }

  // Exchanges that start and end.

  /** Finds a connection for an exchange, or queues it for a shared one. */
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

  /** Updates the queue after a waiting exchange has ended. */
  void left() {
    waitingExchanges--;
  }

  /**
   * Gives free streams to waiting exchanges, in turn by endpoint, and opens connections for the
   * rest.
   */
  void proceed() {
    if (proceeding) {
      return; // the outer call continues
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
          exchange.newerThan =
              0; // there will be no newer connection, and others must not wait for one
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

  /** Returns whether each exchange has its own connection. */
  boolean isOwn() {
    return !tls || !offer.http2() || protocol == Protocol.HTTP_1;
  }

  /**
   * Returns whether the host answers on a shared connection, so that exchanges wait only for a free
   * stream.
   */
  boolean isConnected() {
    return !http2.isEmpty();
  }

  // Connections being opened.

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

  /** Returns the offer made to the receiver. */
  public Offer offer() {
    return offer;
  }

  /** Stops offering HTTP/2, because the receiver accepts requests over HTTP/1.1 only. */
  void requireHttp1(long now) {
    offerLess(offer.withoutHttp2(), now);
    List.copyOf(http2).forEach(Http2Connection::leave);
  }

  /**
   * Switches to the JDK's TLS, because the receiver seems to have a certificate that only the JDK
   * supports.
   */
  void requireJdk(long now) {
    offerLess(offer.ofJdk(), now);
  }

  private void offerLess(Offer offer, long now) {
    this.offer = offer;
    less = true;
    lessNanos = now;
  }

  /** Records that a connection is being opened. */
  void dialing() {
    dialing++;
  }

  /** Records that a connection could not be opened, or is no longer needed. */
  void notDialed() {
    dialing--;
    tried = Math.min(MOST_SHARED, 2 * tried);
    proceed();
  }

  /** Records a new connection that carries one exchange at a time. */
  void dialed() {
    dialing--;
    tried = 1;
    if (http2.isEmpty()) {
      protocol = Protocol.HTTP_1;
    }
  }

  /** Records a new shared connection. */
  void dialed(Http2Connection connection) {
    dialing--;
    tried = 1;
    protocol = Protocol.HTTP_2;
    connection.number = ++made;
    http2.add(connection);
  }

  /** Returns the number of shared connections opened so far. */
  int made() {
    return made;
  }

  /** Records the host's limit on streams per connection. */
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

  // Idle connections.

  /** Takes the connection that was used last, so that surplus ones age. */
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

  /**
   * Returns the number of plaintext connections that an idle connection counts as, by the memory it
   * uses.
   */
  int weight() {
    return tls ? TLS_WEIGHT : 1;
  }

  void addIdle(Http1Connection connection) {
    idle.addLast(connection);
  }

  boolean removeIdle(Http1Connection connection) {
    return idle.remove(connection);
  }

  /** Returns the connection that has been idle for longest, or null. */
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

  /** Adds the idle connections and the shared ones. */
  void addOpen(List<Channel> open) {
    idle.forEach(connection -> open.add(connection.channel));
    http2.forEach(connection -> open.add(connection.channel));
  }

  /** Stops reusing connections for a while, because the receiver sent unsolicited bytes. */
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
