package dev.posthorn.internal.http.connection;

import static java.util.Objects.requireNonNull;

import dev.posthorn.Timings;
import dev.posthorn.internal.http.dns.DnsCache;
import dev.posthorn.internal.http.dns.Lookup;
import dev.posthorn.internal.http.loop.Failures;
import dev.posthorn.spi.transport.ErrorClass;
import dev.posthorn.spi.transport.ErrorClass.Phase;
import dev.posthorn.spi.transport.ErrorClass.Resource;
import dev.posthorn.spi.transport.ExchangeLimits;
import dev.posthorn.spi.transport.ExchangeResult;
import dev.posthorn.spi.transport.HttpRequest;
import dev.posthorn.spi.transport.HttpTarget;
import io.netty.buffer.ByteBuf;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An exchange in flight: its phase, the deadline of that phase, and the data received so far.
 *
 * <p>Owned by one loop. The loop's sweep ends it when its time is over, so it needs no timer.
 */
final class Exchange implements DnsCache.Listener, ResponseReader.Sink {
  /** Maximum number of interim responses (RFC 9110, section 15.2). */
  private static final int MAX_INTERIM = 16;

  /** Placeholder for the addresses of a host that the proxy resolves; none can be connected to. */
  private static final List<InetAddress> UNKNOWN =
      List.of(requireNonNull(NetUtil.createInetAddressFromIpAddressString("255.255.255.255")));

  final HttpRequest request;
  private final LoopTransport transport;
  private final Consumer<ExchangeResult> done;

  /** Neighbors in the loop's list of exchanges in flight. */
  @Nullable Exchange previous;

  @Nullable Exchange next;

  /** Lookup of its host. */
  @Nullable Lookup lookup;

  /** True while it waits for a shared connection; only its destination and authority set it. */
  boolean waits;

  /** Number of the last shared connection that must not carry it. */
  int newerThan;

  private Phase phase = Phase.DNS;
  private long startNanos;
  private long phaseNanos;
  private long endNanos;
  private long expiryNanos;
  private int dns;
  private int connect;
  private int tls;
  private int firstByte;

  private List<InetAddress> addresses = List.of();
  private int tried;
  private boolean leftToProxy;
  private @Nullable Destination destination;
  private @Nullable Carrier carrier;
  private boolean sentAgain;
  private boolean starting;
  private boolean ended;

  private final ResponseSummary response = new ResponseSummary();
  private int interim;

  Exchange(LoopTransport transport, HttpRequest request, Consumer<ExchangeResult> done) {
    this.transport = transport;
    this.request = request;
    this.done = done;
  }

  void start() {
    starting = true;
    startNanos = System.nanoTime();
    endNanos = startNanos + TimeUnit.MILLISECONDS.toNanos(limits().totalMillis());
    enter(Phase.DNS, startNanos, limits().connectMillis());
    transport.add(this);
    transport.resolve(this, startNanos);
    starting = false;
  }

  ExchangeLimits limits() {
    return request.limits();
  }

  boolean ended() {
    return ended;
  }

  /** Returns the addresses of the host, all of them allowed. */
  List<InetAddress> addresses() {
    return addresses;
  }

  /** Returns whether the proxy receives the host's name and resolves it. */
  boolean isLeftToProxy() {
    return leftToProxy;
  }

  /** Returns the next address to connect to, or null if none is left. */
  @Nullable InetAddress nextAddress() {
    return tried < addresses.size() ? addresses.get(tried++) : null;
  }

  /**
   * Returns the timeout of one connection attempt, so that each remaining address gets its turn; 0
   * for the last, which has until the exchange's own limit.
   */
  int attemptMillis() {
    if (tried == addresses.size()) {
      return 0;
    }
    int left = addresses.size() - tried + 1;
    return (int) Math.max(1, TimeUnit.NANOSECONDS.toMillis(expiryNanos - System.nanoTime()) / left);
  }

  // Phases, in order.

  @Override
  public void resolved(Lookup lookup) {
    if (ended) {
      return;
    }
    long now = System.nanoTime();
    dns = starting ? 0 : micros(phaseNanos, now);
    if (lookup.error != null) {
      fail(lookup.error, lookup.detail);
      return;
    }
    HttpTarget target = request.target();
    if (transport.isExcepted(lookup.addresses, target.port())) {
      fail(
          new ErrorClass.RefusedAddress(),
          "the host "
              + target.host()
              + " leads to this process itself at port "
              + target.port()
              + ", to which it does not deliver");
      return;
    }
    connect(lookup.addresses, now);
  }

  /** Leaves the resolution of the host to the proxy. */
  void leaveToProxy(long now) {
    leftToProxy = true;
    connect(UNKNOWN, now);
  }

  private void connect(List<InetAddress> to, long now) {
    addresses = to;
    enter(Phase.CONNECT, now, limits().connectMillis());
    destination = transport.destination(request);
    try {
      destination.enter(this);
    } catch (Throwable e) { // others may wait for the same lookup, which must stay theirs
      impossible(e);
    }
  }

  /** Fails the exchange because its request is invalid or memory is short. */
  void impossible(Throwable why) {
    fail(
        why instanceof Error
            ? new ErrorClass.OwnShortage(Resource.MEMORY)
            : new ErrorClass.Protocol(),
        "the request cannot be made: " + Failures.describe(why));
  }

  void dialing(Carrier dial) {
    carrier = dial;
  }

  void connected(long dialedNanos) {
    long now = System.nanoTime();
    connect = micros(dialedNanos, now);
    enter(Phase.TLS, now, limits().tlsMillis());
  }

  void secured() {
    tls = micros(phaseNanos, System.nanoTime());
  }

  void sending(Carrier connection) {
    carrier = connection;
    enter(Phase.FIRST_BYTE, System.nanoTime(), limits().firstByteMillis());
  }

  @Override
  public boolean interim() {
    return ++interim <= MAX_INTERIM;
  }

  @Override
  public void head(int status, @Nullable String retryAfter, @Nullable String contentType) {
    long now = System.nanoTime();
    firstByte = micros(phaseNanos, now);
    response.head(status, retryAfter, contentType);
    phase = Phase.BODY;
    expiryNanos = endNanos;
  }

  @Override
  public void body(ByteBuf content, int bytes) {
    response.body(content, bytes, limits().excerptBytes());
  }

  /** Returns whether more of the body has arrived than is kept. */
  boolean overflowed() {
    return response.overflowed();
  }

  // Ends.

  /** Ends the response: its body has ended, or exceeds the part that is read. */
  void complete() {
    carrier = null;
    respond(overflowed() ? new ErrorClass.BodyTooLarge() : null);
  }

  /** Reports that the carrier broke; after the head that is an error of the body only. */
  void broken(ErrorClass error, String detail) {
    carrier = null;
    if (response.hasHead()) {
      respond(overflowed() ? new ErrorClass.BodyTooLarge() : error);
    } else {
      fail(error, detail);
    }
  }

  /** Sends the request again if possible, because the receiver has not acted on it. */
  void unsent(String detail) {
    sendAgain(detail);
  }

  /**
   * Handles a reused connection that closed without any response: most likely the receiver was
   * closing it when the request was sent. Older connections are closed too if their receiver has
   * closed them.
   */
  void unanswered(String detail) {
    if (destination != null) {
      newerThan = destination.authority.made();
    }
    sendAgain(detail);
  }

  /** Sends the request once more, on a new connection unless connections are shared. */
  private void sendAgain(String detail) {
    carrier = null;
    if (sentAgain || destination == null) {
      fail(new ErrorClass.Connect(), detail);
      return;
    }
    sentAgain = true;
    tried = 0;
    enter(Phase.CONNECT, System.nanoTime(), limits().connectMillis());
    if (destination.authority.isOwn()) {
      transport.dial(destination, this);
    } else {
      destination.authority.enter(this, destination);
    }
  }

  /** Handles a failed attempt to connect: tries the next address, if there is one. */
  void dialFailed(ErrorClass error, String detail) {
    carrier = null;
    if (error instanceof ErrorClass.Connect && tried < addresses.size() && destination != null) {
      transport.dial(destination, this);
    } else {
      fail(error, detail);
    }
  }

  /** Tries the same address once more, in another way. */
  void dialAgain() {
    carrier = null;
    if (destination != null) {
      tried--;
      enter(Phase.CONNECT, System.nanoTime(), limits().connectMillis());
      transport.dial(destination, this);
    }
  }

  boolean expired(long now) {
    return now - expiryNanos >= 0;
  }

  void expire() {
    if (ended) {
      return;
    }
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - phaseNanos);
    Resource lacking = lacking();
    if (lacking != null) {
      fail(new ErrorClass.OwnShortage(lacking), "no slot was free within " + millis + " ms");
      return;
    }
    String late =
        switch (phase) {
          case DNS -> "the host was not resolved";
          case CONNECT -> "no connection could be made";
          case TLS -> "the TLS handshake did not finish";
          case FIRST_BYTE -> "no response arrived";
          case BODY -> "the body did not end";
        };
    cancel(new ErrorClass.Timeout(phase), late + " within " + millis + " ms");
  }

  /** Returns the resource of this process that the exchange waits for, or null. */
  private @Nullable Resource lacking() {
    return switch (phase) {
      case DNS -> lookup != null && !lookup.asked ? Resource.LOOKUPS : null;
      // If the host does not answer at all, that is the reason why nothing is free.
      case CONNECT -> waits && isConnected() ? Resource.CONNECTIONS : null;
      case TLS -> carrier != null && carrier.waitsForItself() ? Resource.WORKERS : null;
      case FIRST_BYTE, BODY -> null;
    };
  }

  private boolean isConnected() {
    return destination != null && destination.authority.isConnected();
  }

  /** Ends the exchange early. */
  void cancel(ErrorClass error, String detail) {
    if (response.hasHead()) {
      respond(error instanceof ErrorClass.OwnShortage ? new ErrorClass.Connect() : error);
    } else {
      fail(error, detail);
    }
  }

  void fail(ErrorClass error, String detail) {
    if (!ended) {
      end(new ExchangeResult.Failure(error, detail, timings()));
    }
  }

  private void respond(@Nullable ErrorClass bodyError) {
    if (!ended) {
      end(response.result(bodyError, timings(), limits().excerptBytes()));
    }
  }

  private void end(ExchangeResult result) {
    ended = true;
    transport.remove(this);
    Carrier under = carrier;
    carrier = null;
    if (under != null) {
      under.abandon();
    }
    if (lookup != null) {
      lookup.forget(this);
    }
    if (destination != null) {
      destination.leave(this);
    }
    if (starting) {
      // Never from within the call that started it.
      transport.loop.execute(() -> done.accept(result));
    } else {
      transport.report(done, result);
    }
  }

  private void enter(Phase phase, long now, int limitMillis) {
    this.phase = phase;
    phaseNanos = now;
    long limit = now + TimeUnit.MILLISECONDS.toNanos(limitMillis);
    expiryNanos = limit - endNanos < 0 ? limit : endNanos;
  }

  private Timings timings() {
    return new Timings(dns, connect, tls, firstByte, micros(startNanos, System.nanoTime()));
  }

  private static int micros(long from, long to) {
    return (int) Math.min(Integer.MAX_VALUE, (to - from) / 1_000);
  }
}
