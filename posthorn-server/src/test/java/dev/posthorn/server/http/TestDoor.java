package dev.posthorn.server.http;

import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * The connections of a listener without a listener: clients connect, send requests, stall and get
 * answers.
 */
final class TestDoor {
  final RequestMetrics metrics = new RequestMetrics();
  final HttpLimits limits;
  final Connections connections;
  final EmbeddedChannel listening;

  TestDoor(HttpLimits limits, LongSupplier nanos) {
    this.limits = limits;
    this.connections = new Connections(limits, metrics, nanos);
    this.listening = new EmbeddedChannel(connections.gate());
  }

  /** Connects a client. */
  Visitor from(String address) {
    Visitor visitor = new Visitor(address);
    listening.writeInbound(visitor);
    if (visitor.isIn()) {
      visitor.register();
    }
    return visitor;
  }

  /** Connects a client several times. */
  List<Visitor> from(String address, int number) {
    List<Visitor> visitors = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      visitors.add(from(address));
    }
    return visitors;
  }

  /** A connection of a client. */
  static final class Visitor extends EmbeddedChannel {
    private final String address;

    Visitor(String address) {
      super(false, false);
      this.address = address;
    }

    @Override
    protected SocketAddress remoteAddress0() {
      return new InetSocketAddress(address, 1);
    }

    @Override
    public void register() {
      try {
        super.register();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }

    /** Returns whether the connection was admitted and is still open. */
    boolean isIn() {
      runPendingTasks();
      return isOpen() && pipeline().get(ClientConnection.class) != null;
    }

    ClientConnection connection() {
      return ClientConnection.of(this);
    }

    /** Begins a request that the server processes. */
    Visitor begin() {
      connection().begin();
      return this;
    }

    /** Begins a request whose body does not arrive. */
    Visitor stall() {
      begin();
      connection().stand();
      return this;
    }

    /** Completes a request. */
    void answer() {
      connection().end();
      runPendingTasks();
    }
  }
}
