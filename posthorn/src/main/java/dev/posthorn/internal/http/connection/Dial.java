package dev.posthorn.internal.http.connection;

import dev.posthorn.internal.http.loop.Failures;
import dev.posthorn.internal.http.tls.HandshakeSteps;
import dev.posthorn.internal.http.tls.PacedHandshake;
import dev.posthorn.internal.http.tls.TlsContexts;
import dev.posthorn.spi.runtime.Owner;
import dev.posthorn.spi.transport.ErrorClass;
import dev.posthorn.spi.transport.ErrorClass.Resource;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.proxy.ProxyHandler;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** One attempt to open a connection for an exchange: connecting, the proxy's tunnel, TLS. */
@SuppressWarnings("FutureReturnValueIgnored") // The consequences of a close reach channelInactive.
final class Dial extends ChannelInboundHandlerAdapter implements Carrier {

  final InetAddress address;
  private final Dialer dialer;
  private final Destination destination;
  private final long startNanos = System.nanoTime();
  private @Nullable Exchange exchange;
  private @Nullable Channel channel;
  private boolean securing;
  private boolean usedNative;
  private @Nullable HandshakeSteps steps;
  private @Nullable PacedHandshake paced;
  private boolean handshaking;
  private boolean settled;

  Dial(Dialer dialer, Destination destination, Exchange exchange, InetAddress address) {
    this.dialer = dialer;
    this.destination = destination;
    this.exchange = exchange;
    this.address = address;
  }

  void begin(Channel channel, Future<?> connected, @Nullable ProxyHandler proxy) {
    this.channel = channel;
    if (exchange == null) {
      channel.close();
      return;
    }
    connected.addListener(
        future -> {
          if (!future.isSuccess()) {
            failed(future.cause());
          } else if (proxy == null) {
            connected(channel);
          } else {
            proxy.connectFuture().addListener(tunnel -> tunnelled(channel, tunnel));
          }
        });
  }

  private void tunnelled(Channel channel, Future<?> tunnel) {
    if (tunnel.isSuccess()) {
      connected(channel);
    } else {
      failed(tunnel.cause());
    }
  }

  private void connected(Channel channel) {
    try {
      begin(channel);
    } catch (Throwable e) { // the channel would only log it
      failed(e);
    }
  }

  private void begin(Channel channel) {
    if (exchange == null) {
      channel.close();
      return;
    }
    exchange.connected(startNanos);
    if (destination.authority.tls) {
      TlsContexts tls = dialer.tls();
      Owner owner = exchange.request.owner();
      HandshakeSteps taken = tls.steps(owner, channel);
      securing = true;
      steps = taken;
      dialer
          .warmUp()
          .before(
              taken,
              channel,
              () -> dialer.handshakes().add(owner, () -> handshake(channel, taken)));
    } else {
      carry(channel, false);
    }
  }

  private void handshake(Channel channel, HandshakeSteps taken) {
    if (exchange == null) {
      return; // it has been given up
    }
    Authority authority = destination.authority;
    usedNative = authority.offer().isNative();
    try {
      dialer
          .tls()
          .secure(
              authority.peer,
              authority.offer(),
              taken,
              ssl -> secure(channel, taken, ssl),
              this::failed);
    } catch (Throwable e) { // the loop would only log it
      failed(e);
    }
  }

  private void secure(Channel channel, HandshakeSteps taken, SslHandler ssl) {
    handshaking = true;
    PacedHandshake pace = new PacedHandshake(dialer.handshakes(), taken.owner());
    paced = pace;
    ChannelPipeline pipeline = channel.pipeline();
    String own = pipeline.context(this).name();
    pipeline.addBefore(own, null, pace);
    pipeline.addBefore(own, null, ssl); // which begins
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslHandshakeCompletionEvent handshake) {
      if (paced != null) {
        paced.end();
      }
      if (!handshake.isSuccess()) {
        failed(handshake.cause());
      } else if (exchange != null) {
        exchange.secured();
        String protocol = ctx.pipeline().get(SslHandler.class).applicationProtocol();
        if (ApplicationProtocolNames.HTTP_2.equals(protocol)) {
          carry(ctx.channel(), true);
        } else {
          // Wait until all data that came with the handshake is read: no request was sent yet.
          ctx.executor().execute(() -> carry(ctx.channel(), false));
        }
      }
    } else {
      ctx.fireUserEventTriggered(event);
    }
  }

  /** Rejects data that arrived before a request was sent, which it cannot answer. */
  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ReferenceCountUtil.release(message);
    Exchange of = exchange;
    exchange = null;
    ctx.close();
    if (of != null) {
      of.broken(new ErrorClass.Protocol(), Http1Connection.UNASKED);
    }
    settle();
  }

  private void carry(Channel channel, boolean http2) {
    Exchange of = exchange;
    exchange = null;
    if (of == null) {
      channel.close();
      settle();
      return;
    }
    try {
      dialer.carry(this, channel, http2, of, destination);
    } catch (Throwable e) { // no other code would report it to the exchange
      channel.close();
      of.impossible(e);
      settle();
      return;
    }
    destination.authority.proceed();
  }

  /** Marks the channel as an open connection. */
  void becameConnection() {
    settled = true;
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    failed(null);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    failed(cause);
  }

  /** Returns the exchange that the connection is opened for, or null if it has ended. */
  @Nullable Exchange exchange() {
    return exchange;
  }

  /** Ends the attempt because this process is short of a resource. */
  void lacks(ErrorClass.OwnShortage shortage, String detail) {
    Exchange of = exchange;
    exchange = null;
    if (channel != null) {
      channel.close();
    }
    if (of != null) {
      of.fail(shortage, detail);
    }
    settle();
  }

  void failed(@Nullable Throwable cause) {
    String host = destination.authority.peer.host();
    Resource lacking = cause == null ? null : Failures.lacking(cause, address);
    if (lacking != null) {
      lacks(
          new ErrorClass.OwnShortage(lacking),
          dialer.described() + host + " failed: " + Failures.describe(cause));
      return;
    }
    Exchange of = exchange;
    exchange = null;
    if (channel != null) {
      channel.close();
    }
    if (of != null) {
      if (cause != null && usedNative && Failures.isUnknownToNative(cause)) {
        destination.authority.requireJdk(System.nanoTime());
        of.dialAgain();
      } else if (securing) {
        of.dialFailed(
            new ErrorClass.Tls(),
            "the TLS handshake with " + host + " failed: " + Failures.describe(cause));
      } else {
        of.dialFailed(
            new ErrorClass.Connect(),
            dialer.described() + host + " failed: " + Failures.describe(cause));
      }
    }
    settle();
  }

  @Override
  public void abandon() {
    exchange = null;
    if (channel != null) {
      channel.close();
    }
    settle();
  }

  /**
   * Returns whether its TLS context is being created, or a step of its handshake waits for its
   * turn, or for a thread of this process.
   */
  @Override
  public boolean waitsForItself() {
    return steps != null
        && (!handshaking || steps.isWaiting() || (paced != null && paced.isWaiting()));
  }

  /** Records that there will be no connection, so that others may try. */
  private void settle() {
    if (!settled) {
      settled = true;
      destination.authority.notDialed();
    }
  }
}
