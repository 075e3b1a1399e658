package dev.posthorn.internal.http.connection;

import dev.posthorn.spi.transport.HttpTarget;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/** One endpoint's target, and its exchanges that wait for a shared connection. */
final class Destination {

  final HttpTarget target;
  final Authority authority;

  /** Start of the request, up to the value of Content-Length. */
  final byte[] start;

  private final Deque<Exchange> waiting = new ArrayDeque<>(2);
  private int exchanges;
  private boolean queued;

  Destination(HttpTarget target, Authority authority) {
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

  /** Finds a connection for a new exchange. */
  void enter(Exchange exchange) {
    exchanges++;
    authority.enter(exchange, this);
  }

  /** Removes an exchange that has ended. */
  void leave(Exchange exchange) {
    exchanges--;
    if (exchange.waits) {
      exchange.waits = false;
      waiting.remove(exchange);
      authority.left();
    }
  }

  /** Queues an exchange; returns whether this destination must be queued for it. */
  boolean await(Exchange exchange) {
    waiting.addLast(exchange);
    boolean isNew = !queued;
    queued = true;
    return isNew;
  }

  /** Records that this destination is no longer queued, because nothing waits. */
  void unqueued() {
    queued = false;
  }

  boolean isAwaiting() {
    return !waiting.isEmpty();
  }

  /** Returns the exchange that has waited for longest; there must be one. */
  Exchange firstWaiting() {
    return waiting.getFirst();
  }

  /** Takes the first waiting exchange; returns whether this destination must be queued for more. */
  boolean take() {
    waiting.removeFirst().waits = false;
    queued = !waiting.isEmpty();
    return queued;
  }

  boolean isUnused() {
    return exchanges == 0;
  }
}
