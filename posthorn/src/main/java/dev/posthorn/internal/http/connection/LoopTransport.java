package dev.posthorn.internal.http.connection;

import dev.posthorn.EgressProxy;
import dev.posthorn.internal.http.dns.DnsCache;
import dev.posthorn.internal.http.dns.Localhost;
import dev.posthorn.internal.http.loop.NettyLoop;
import dev.posthorn.internal.http.tls.Offer;
import dev.posthorn.spi.runtime.Owner;
import dev.posthorn.spi.transport.AddressPolicy;
import dev.posthorn.spi.transport.ErrorClass;
import dev.posthorn.spi.transport.ErrorClass.Resource;
import dev.posthorn.spi.transport.ExchangeResult;
import dev.posthorn.spi.transport.HttpRequest;
import dev.posthorn.spi.transport.HttpTarget;
import dev.posthorn.spi.transport.Resolver;
import dev.posthorn.spi.transport.TlsIdentity;
import io.netty.channel.Channel;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The transport of one loop: its exchanges in flight and its connections. Only its loop touches it.
 *
 * <p>One sweep over the exchanges every 50 ms replaces a timer for each phase of each exchange.
 */
@SuppressWarnings("FutureReturnValueIgnored") // The consequences of a close reach channelInactive.
public final class LoopTransport {

  private static final Logger log = LoggerFactory.getLogger(LoopTransport.class);
  private static final long SWEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final int SWEEPS_PER_TIDYING = 10;

  /**
   * Maximum number of connections closed at once: closing takes time that exchanges in flight would
   * wait for.
   */
  private static final int CLOSED_TOGETHER = 32;

  private static final ErrorClass CLOSED = new ErrorClass.OwnShortage(Resource.TRANSPORT);
  private static final String WAS_CLOSED = "the transport was closed";

  /** Resolver of the names that are not left to the proxy. */
  private static final Resolver ONLY_LOCALHOST =
      host -> CompletableFuture.completedStage(Localhost.ADDRESSES);

  public final NettyLoop loop;
  private final AddressPolicy policy;
  private final DnsCache hosts;
  private final DnsCache proxies;
  private final boolean proxyResolves;
  private final Dialer dialer;
  private final long idleNanos;
  private final int maxIdle;
  private final int maxOpen;
  private final Offer offer;
  private final RequestEncoder encoder = new RequestEncoder();
  private final Unread unread = new Unread();
  private final Map<Place, Destination> destinations = new HashMap<>();
  private final Map<AuthorityKey, Authority> authorities = new HashMap<>();
  private final List<Exchange> expired = new ArrayList<>();

  private @Nullable Exchange first;
  private @Nullable Exchange last;

  /** Total weight of the idle connections, see {@link Authority#weight}. */
  private int idle;

  private int open;
  private int sweeps;
  private boolean sweeping;
  private boolean closed;

  public LoopTransport(NettyLoop loop, TransportContext context) {
    this.loop = loop;
    this.dialer = new Dialer(this, context);
    var options = context.options();
    this.idleNanos = options.idleTimeout().toNanos();
    this.maxIdle = Math.ceilDiv(options.maxIdleConnections(), options.loops());
    this.maxOpen = Math.max(1, context.connections() / options.loops());
    this.offer = Offer.of(options);
    this.policy = options.addresses();
    EgressProxy proxy = options.proxy();
    this.proxyResolves = proxy != null && proxy.resolveNames();
    Resolver resolver = context.resolver(loop);
    this.hosts = book(context, proxyResolves ? ONLY_LOCALHOST : resolver, policy);
    this.proxies = book(context, resolver, AddressPolicy.allowing("0.0.0.0/0", "::/0"));
  }

  private DnsCache book(TransportContext context, Resolver resolver, AddressPolicy addresses) {
    return new DnsCache(
        resolver,
        context.generation(),
        addresses,
        loop,
        System::nanoTime,
        new DnsCache.Limits(context.options().dnsCacheTime().toNanos(), context.lookups()));
  }

  public void start(HttpRequest request, Consumer<ExchangeResult> done) {
    Exchange exchange = new Exchange(this, request, done);
    exchange.start();
  }

  /** Returns whether a host is a name that the proxy resolves. */
  private boolean isLeftToProxy(String host) {
    return proxyResolves
        && !Localhost.isNamed(host)
        && NetUtil.createInetAddressFromIpAddressString(host) == null;
  }

  /** Finds the addresses of an exchange's host, and reports them to it. */
  void resolve(Exchange exchange, long now) {
    if (closed) {
      exchange.fail(CLOSED, WAS_CLOSED);
      return;
    }
    HttpRequest request = exchange.request;
    String host = request.target().host();
    if (isLeftToProxy(host)) {
      exchange.leaveToProxy(now);
    } else {
      exchange.lookup = hosts.find(host, request.owner(), exchange, now);
    }
  }

  /** Returns whether one of a host's addresses leads to this process itself at a port. */
  boolean isExcepted(List<InetAddress> addresses, int port) {
    for (InetAddress address : addresses) {
      if (policy.isExcepted(address, port)) {
        return true;
      }
    }
    return false;
  }

  void findProxy(String host, DnsCache.Listener asker) {
    proxies.find(host, Owner.NOBODY, asker, System.nanoTime());
  }

  Destination destination(HttpRequest request) {
    HttpTarget target = request.target();
    Place place = new Place(request.owner().group(), target);
    Destination known = destinations.get(place);
    if (known != null) {
      return known;
    }
    Authority authority =
        authorities.computeIfAbsent(
            AuthorityKey.of(place), site -> new Authority(this, target, offer));
    authority.destinations++;
    Destination destination = new Destination(target, authority);
    destinations.put(place, destination);
    return destination;
  }

  void dial(Destination destination, Exchange exchange) {
    if (closed) {
      exchange.fail(CLOSED, WAS_CLOSED);
    } else if (open >= maxOpen && !makeRoom()) {
      exchange.fail(
          new ErrorClass.OwnShortage(Resource.CONNECTIONS),
          "all " + maxOpen + " connections of an event loop are in use");
    } else {
      dialer.dial(destination, exchange);
    }
  }

  /** Closes some idle connections, each of another host; returns whether there is room then. */
  private boolean makeRoom() {
    List<Channel> chosen = new ArrayList<>();
    for (Authority authority : authorities.values()) {
      Channel oldest = authority.oldestIdle();
      if (oldest != null && chosen.size() < CLOSED_TOGETHER) {
        chosen.add(oldest);
      }
    }
    chosen.forEach(Channel::close);
    return open < maxOpen;
  }

  void opened() {
    open++;
  }

  void closed() {
    open--;
  }

  RequestEncoder encoder() {
    return encoder;
  }

  long idleNanos() {
    return idleNanos;
  }

  Unread unread() {
    return unread;
  }

  // Idle connections.

  /**
   * Takes an idle connection on which nothing has arrived since its last response, or returns null.
   */
  @Nullable Http1Connection takeIdle(Authority authority, List<InetAddress> addresses) {
    long now = System.nanoTime();
    for (Http1Connection next; (next = authority.takeIdle(addresses, now)) != null; ) {
      idle -= authority.weight();
      if (next.isQuiet(unread)) {
        return next;
      }
    }
    return null;
  }

  /** Keeps a connection for the next exchange, if there is room. */
  void release(Authority authority, Http1Connection connection) {
    if (closed || idle >= maxIdle || !authority.isTrusted(System.nanoTime())) {
      connection.channel.close();
    } else {
      idle += authority.weight();
      authority.addIdle(connection);
    }
  }

  void forget(Authority authority, Http1Connection connection) {
    if (authority.removeIdle(connection)) {
      idle -= authority.weight();
    }
  }

  // Exchanges in flight.

  void add(Exchange exchange) {
    exchange.previous = last;
    if (last == null) {
      first = exchange;
    } else {
      last.next = exchange;
    }
    last = exchange;
    if (!sweeping) {
      sweeping = true;
      loop.schedule(SWEEP_NANOS, this::sweep);
    }
  }

  void remove(Exchange exchange) {
    Exchange previous = exchange.previous;
    Exchange next = exchange.next;
    if (previous == null) {
      first = next;
    } else {
      previous.next = next;
    }
    if (next == null) {
      last = previous;
    } else {
      next.previous = previous;
    }
    exchange.previous = null;
    exchange.next = null;
  }

  void report(Consumer<ExchangeResult> done, ExchangeResult result) {
    try {
      done.accept(result);
    } catch (Throwable e) {
      log.error("Failed to process a result", e);
    }
  }

  private void sweep() {
    try {
      long now = System.nanoTime();
      for (Exchange exchange = first; exchange != null; exchange = exchange.next) {
        if (exchange.expired(now)) {
          expired.add(exchange);
        }
      }
      // Ending one may start and end others, so not while walking the list.
      expired.forEach(Exchange::expire);
      expired.clear();
      if (++sweeps >= SWEEPS_PER_TIDYING) {
        // The next sweep closes the remaining stale connections.
        sweeps = tidy(now) ? 0 : SWEEPS_PER_TIDYING;
      }
    } finally {
      sweeping = first != null || !destinations.isEmpty() || !authorities.isEmpty();
      if (sweeping) {
        loop.schedule(SWEEP_NANOS, this::sweep);
      }
    }
  }

  /**
   * Closes connections that were idle for too long, and drops unused entries; returns whether no
   * stale connections are left.
   */
  private boolean tidy(long now) {
    hosts.sweep(now);
    proxies.sweep(now);
    List<Channel> stale = new ArrayList<>();
    authorities.values().forEach(authority -> authority.addStale(stale, CLOSED_TOGETHER, now));
    stale.forEach(Channel::close);
    destinations
        .values()
        .removeIf(
            destination -> {
              boolean unused = destination.isUnused();
              destination.authority.destinations -= unused ? 1 : 0;
              return unused;
            });
    authorities.values().removeIf(authority -> authority.isUnused(now));
    return stale.size() < CLOSED_TOGETHER;
  }

  /** Ends all exchanges and closes all connections. */
  public void close() {
    closed = true;
    while (first != null) {
      first.cancel(CLOSED, WAS_CLOSED);
    }
    List<Channel> open = new ArrayList<>();
    authorities.values().forEach(authority -> authority.addOpen(open));
    open.forEach(Channel::close);
  }

  /** A target of one application, which shares nothing with others. */
  private record Place(Object group, HttpTarget target) {}

  /** The properties that must be equal to share connections. */
  private record AuthorityKey(
      Object group, boolean tls, String host, int port, @Nullable TlsIdentity identity) {

    static AuthorityKey of(Place place) {
      HttpTarget to = place.target;
      return new AuthorityKey(place.group, to.tls(), to.host(), to.port(), to.identity());
    }
  }
}
