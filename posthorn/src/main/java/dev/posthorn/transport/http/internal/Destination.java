package dev.posthorn.transport.http.internal;

import dev.posthorn.transport.HttpTarget;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** One endpoint's target: how many connections it uses, and which exchanges wait for one. */
final class Destination {

  final HttpTarget target;
  final Authority authority;

  /** The request's first lines, up to the value of Content-Length. */
  final byte[] start;

  private final LoopTransport transport;
  private final Deque<Exchange> waiting = new ArrayDeque<>(2);
  private int using;
  private boolean proceeding;

  Destination(LoopTransport transport, HttpTarget target, Authority authority) {
    this.transport = transport;
    this.target = target;
    this.authority = authority;
    this.start =
        ("POST "
                + target.path()
                + " HTTP/1.1\r\nhost: "
                + target.authority()
                + "\r\ncontent-length: ")
            .getBytes(StandardCharsets.US_ASCII);
  }

  /** Takes a connection for an exchange, or lets it wait for its turn. */
  void enter(Exchange exchange) {
    if (!waiting.isEmpty() || !take(exchange)) {
      exchange.place = Exchange.Place.WAITING;
      waiting.addLast(exchange);
    }
  }

  /** Makes a new connection for an exchange. */
  void dial(Exchange exchange) {
    use(exchange);
    transport.dial(this, exchange);
  }

  /** The exchange's new connection is shared, so it no longer counts as the exchange's own. */
  void shares(Exchange exchange) {
    if (exchange.place == Exchange.Place.USING) {
      using--;
      exchange.place = Exchange.Place.NOWHERE;
    }
  }

  /** The exchange has ended. */
  void leave(Exchange exchange) {
    if (exchange.place == Exchange.Place.WAITING) {
      waiting.remove(exchange);
    }
    shares(exchange);
    exchange.place = Exchange.Place.NOWHERE;
    proceed();
  }

  /** Lets those that wait go on, as far as there are connections. */
  void proceed() {
    if (proceeding) {
      return;
    }
    proceeding = true;
    Exchange first;
    while ((first = waiting.pollFirst()) != null) {
      first.place = Exchange.Place.NOWHERE;
      if (!take(first)) {
        first.place = Exchange.Place.WAITING;
        waiting.addFirst(first);
        break;
      }
    }
    proceeding = false;
  }

  boolean isUnused() {
    return using == 0 && waiting.isEmpty();
  }

  private boolean take(Exchange exchange) {
    List<InetAddress> addresses = exchange.addresses();
    Http2Connection shared = authority.shared(addresses);
    if (shared != null) {
      shared.send(exchange, this);
      return true;
    }
    int others = authority.sharedCount(addresses);
    if (using + others >= target.connections()) {
      if (others > 0) {
        authority.await(this);
      }
      return false;
    }
    use(exchange);
    Http1Connection idle = transport.takeIdle(authority, addresses);
    if (idle != null) {
      idle.send(exchange, this);
    } else {
      transport.dial(this, exchange);
    }
    return true;
  }

  private void use(Exchange exchange) {
    if (exchange.place != Exchange.Place.USING) {
      exchange.place = Exchange.Place.USING;
      using++;
    }
  }
}
