package dev.posthorn.internal.http.connection;

import dev.posthorn.EgressProxy;
import dev.posthorn.internal.http.tls.HandshakeQueue;
import dev.posthorn.internal.http.tls.TlsContexts;
import dev.posthorn.spi.transport.ErrorClass;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.handler.proxy.HttpProxyHandler;
import io.netty.handler.proxy.ProxyHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Opens the connections of one loop. */
@SuppressWarnings("FutureReturnValueIgnored") // The consequences of a close reach channelInactive.
final class Dialer {

  private final LoopTransport transport;
  private final Bootstrap bootstrap;
  private final TlsContexts tls;
  private final HandshakeQueue handshakes;
  private final WarmUp warmUp;
  private final @Nullable EgressProxy proxy;
  private final AtomicInteger open;

  Dialer(LoopTransport transport, TransportContext context) {
    this.transport = transport;
    this.bootstrap = context.bootstrap((EventLoop) transport.loop.executor);
    this.tls = context.tls();
    this.handshakes = new HandshakeQueue(transport.loop);
    this.warmUp = context.warmUp();
    this.proxy = context.options().proxy();
    this.open = context.open();
  }

  /** Opens a connection to the exchange's next address, and sends the exchange over it. */
  void dial(Destination destination, Exchange exchange) {
    InetAddress address = exchange.nextAddress();
    if (address == null) {
      throw new IllegalStateException("no address is left to connect to");
    }
    destination.authority.dialing();
    Dial dial = new Dial(this, destination, exchange, address);
    exchange.dialing(dial);
    if (proxy == null) {
      connect(dial, exchange, receiver(dial, exchange, destination.authority), null);
    } else {
      throughProxy(proxy, dial, receiver(dial, exchange, destination.authority));
    }
  }

  /**
   * Connects through the proxy. Only the dial waits for the proxy's addresses: it drops an exchange
   * that has ended.
   */
  private void throughProxy(EgressProxy proxy, Dial dial, InetSocketAddress receiver) {
    transport.findProxy(
        proxy.host(),
        found -> {
          Exchange exchange = dial.exchange();
          if (found.error instanceof ErrorClass.OwnShortage shortage) {
            dial.lacks(shortage, "the lookup of the proxy's name failed: " + found.detail);
          } else if (found.addresses.isEmpty()) {
            dial.failed(new UnknownHostException("the proxy's name could not be resolved"));
          } else if (exchange != null) {
            connect(dial, exchange, receiver, handler(proxy, found.addresses));
          }
        });
  }

  private static ProxyHandler handler(EgressProxy proxy, List<InetAddress> addresses) {
    InetSocketAddress at = new InetSocketAddress(addresses.get(0), proxy.port());
    String user = proxy.user();
    String password = proxy.password();
    ProxyHandler handler =
        user == null || password == null
            ? new HttpProxyHandler(at)
            : new HttpProxyHandler(at, user, password);
    // The exchange has its own limit for connecting.
    handler.setConnectTimeoutMillis(0);
    return handler;
  }

  private void connect(
      Dial dial, Exchange exchange, InetSocketAddress receiver, @Nullable ProxyHandler through) {
    ChannelFuture connected =
        bootstrap
            .clone()
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, exchange.attemptMillis())
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    if (through != null) {
                      channel.pipeline().addLast(through);
                    }
                    channel.pipeline().addLast(dial);
                  }
                })
            .connect(receiver);
    if (connected.isDone() && !connected.isSuccess()) {
      // There is no channel, for example because the process has too many open files; Netty would
      // report it on another thread.
      dial.failed(connected.cause());
      return;
    }
    open.incrementAndGet();
    transport.opened();
    connected
        .channel()
        .closeFuture()
        .addListener(
            closed -> {
              open.decrementAndGet();
              transport.closed();
            });
    dial.begin(connected.channel(), connected, through);
  }

  /**
   * Returns the address that a dial leads to: the one that was checked, or an unresolved name if
   * the proxy resolves it.
   */
  private static InetSocketAddress receiver(Dial dial, Exchange exchange, Authority authority) {
    return exchange.isLeftToProxy()
        ? InetSocketAddress.createUnresolved(authority.peer.host(), authority.peer.port())
        : new InetSocketAddress(address(dial.address), authority.peer.port());
  }

  /**
   * Returns the address without the host name it was resolved from, which a proxy would otherwise
   * receive.
   */
  private static InetAddress address(InetAddress found) {
    try {
      return InetAddress.getByAddress(found.getAddress());
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  TlsContexts tls() {
    return tls;
  }

  HandshakeQueue handshakes() {
    return handshakes;
  }

  WarmUp warmUp() {
    return warmUp;
  }

  /** Returns the beginning of a sentence about a connection that could not be opened. */
  String described() {
    return proxy == null ? "connecting to " : "connecting through the proxy to ";
  }

  /** Turns a ready channel into a connection, and sends the exchange over it. */
  void carry(
      Dial dial, Channel channel, boolean http2, Exchange exchange, Destination destination) {
    ChannelPipeline pipeline = channel.pipeline();
    Authority authority = destination.authority;
    if (http2) {
      Http2Connection connection = new Http2Connection(transport, authority, dial.address, channel);
      pipeline.addLast(
          connection.meter(), Http2Connection.codec(), Http2Connection.multiplexer(), connection);
      pipeline.remove(dial);
      dial.becameConnection();
      authority.dialed(connection);
      connection.send(exchange, destination);
    } else {
      Http1Connection connection = new Http1Connection(transport, authority, dial.address, channel);
      pipeline.addLast(connection);
      pipeline.remove(dial);
      dial.becameConnection();
      authority.dialed();
      connection.sendFirst(exchange, destination);
    }
  }
}
