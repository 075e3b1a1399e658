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
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One exchange under way: which phase it is in and until when, and what has come so far.
 *
 * <p>Owned by one loop. The loop's sweep ends it when its time is over, so it needs no timer.
 */
final class Exchange implements DnsCache.Listener, ResponseReader.Sink {

  /** More interim responses (RFC 9110, section 15.2) than any honest receiver sends. */
  private static final int MAX_INTERIM = 16;

  /** Stands for the addresses of a host that the proxy resolves; none can be connected to. */
  private static final List<InetAddress> UNKNOWN =
      List.of(requireNonNull(NetUtil.createInetAddressFromIpAddressString("255.255.255.255")));

  private static final byte[] NO_BYTES = {};

  final HttpRequest request;
  private final LoopTransport transport;
  private final Consumer<ExchangeResult> done;

  /** The neighbours in the loop's list of exchanges under way. */
  @Nullable Exchange previous;

  @Nullable Exchange next;

  /** The look-up of its host. */
  @Nullable Lookup lookup;

  /** Whether it waits for a shared connection; set by its destination and authority alone. */
  boolean waits;

  /** The last shared connection that it is not to be sent over. */
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

  private int interim;
  private int status;
  private @Nullable String retryAfter;
  private @Nullable String contentType;
  private byte[] excerpt = NO_BYTES;
  private boolean overflowed;

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

  /** Returns whether the proxy is given the host's name, and finds its addresses. */
  boolean isLeftToProxy() {
    return leftToProxy;
  }

  /** Returns the address to connect to, or null if none is left to try. */
  @Nullable InetAddress nextAddress() {
    return tried < addresses.size() ? addresses.get(tried++) : null;
  }

  /**
   * Returns how long one attempt to connect may take so that each address left has its turn; 0 for
   * the last, which has until the exchange's own limit.
   */
  int attemptMillis() {
    if (tried == addresses.size()) {
      return 0;
    }
    int left = addresses.size() - tried + 1;
    return (int) Math.max(1, TimeUnit.NANOSECONDS.toMillis(expiryNanos - System.nanoTime()) / left);
  }

  // Phases, in their order.

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
              + ", where it delivers nothing");
      return;
    }
    connect(lookup.addresses, now);
  }

  /** The proxy finds the addresses of the host. */
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
    } catch (Throwable e) { // others may wait for the same look-up: it is to be theirs too
      impossible(e);
    }
  }

  /** The request cannot be made, or there is no memory for it: nothing went wrong elsewhere. */
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
    this.status = status;
    this.retryAfter = retryAfter;
    this.contentType = contentType;
    phase = Phase.BODY;
    expiryNanos = endNanos;
  }

  /** Keeps what the excerpt has room for. */
  @Override
  public void body(ByteBuf content, int bytes) {
    int keep = Math.min(bytes, limits().excerptBytes() - excerpt.length);
    if (keep > 0) {
      int length = excerpt.length;
      excerpt = Arrays.copyOf(excerpt, length + keep);
      content.readBytes(excerpt, length, keep);
    }
    content.skipBytes(bytes - keep);
    overflowed |= keep < bytes;
  }

  /** Returns whether more of the body has come than is kept. */
  boolean overflowed() {
    return overflowed;
  }

  // Ends.

  /** The response is over: its body ended, or more has come than is read. */
  void complete() {
    carrier = null;
    respond(overflowed ? new ErrorClass.BodyTooLarge() : null);
  }

  /** The carrier broke; after the response's headers that is the body's error only. */
  void broken(ErrorClass error, String detail) {
    carrier = null;
    if (status != 0) {
      respond(overflowed ? new ErrorClass.BodyTooLarge() : error);
    } else {
      fail(error, detail);
    }
  }

  /** The receiver cannot have acted on the request, or says that it did not. */
  void unsent(String detail) {
    sendAgain(detail);
  }

  /**
   * A connection that had been used before closed without a byte of a response: in all likelihood
   * the receiver was closing it when the request was sent. Connections from before that are to be
   * closed too, if their receiver ended.
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

  /** An attempt to connect failed; another address has its turn if there is one. */
  void dialFailed(ErrorClass error, String detail) {
    carrier = null;
    if (error instanceof ErrorClass.Connect && tried < addresses.size() && destination != null) {
      transport.dial(destination, this);
    } else {
      fail(error, detail);
    }
  }

  /** The same address is tried once more, in another way. */
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
      fail(new ErrorClass.OwnShortage(lacking), "no place was free within " + millis + " ms");
      return;
    }
    String late =
        switch (phase) {
          case DNS -> "the host was not resolved";
          case CONNECT -> "no connection could be made";
          case TLS -> "the TLS handshake did not end";
          case FIRST_BYTE -> "no response came";
          case BODY -> "the body did not end";
        };
    cancel(new ErrorClass.Timeout(phase), late + " within " + millis + " ms");
  }

  /** Returns what the exchange waits for that is this process's own, or null. */
  private @Nullable Resource lacking() {
    return switch (phase) {
      case DNS -> lookup != null && !lookup.asked ? Resource.LOOKUPS : null;
      // While the host does not answer at all, that is why nothing is free.
      case CONNECT -> waits && isConnected() ? Resource.CONNECTIONS : null;
      case TLS -> carrier != null && carrier.waitsForItself() ? Resource.WORKERS : null;
      case FIRST_BYTE, BODY -> null;
    };
  }

  private boolean isConnected() {
    return destination != null && destination.authority.isConnected();
  }

  /** Ends the exchange before it ends by itself. */
  void cancel(ErrorClass error, String detail) {
    if (status != 0) {
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
      byte[] text = Excerpts.inUtf8(excerpt, contentType, limits().excerptBytes());
      end(new ExchangeResult.Response(status, retryAfter, text, bodyError, timings()));
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
