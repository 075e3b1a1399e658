package dev.posthorn.internal.http.connection;

import dev.posthorn.internal.http.loop.Failures;
import dev.posthorn.spi.transport.ErrorClass;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** An HTTP/2 connection (RFC 9113): carries many exchanges, each on its own stream. */
@SuppressWarnings("FutureReturnValueIgnored") // The consequences of a close reach channelInactive.
final class Http2Connection extends ChannelInboundHandlerAdapter {

  /** Maximum number of concurrent streams, whatever the receiver allows. */
  static final int MAX_STREAMS = 100;

  /** Size of a stream's flow-control window. */
  static final int WINDOW = 32 * 1024;

  /**
   * Maximum number of received bytes per exchange: headers, one window, and frames around them.
   * Reset streams have no window, so without this limit a receiver could keep sending for them.
   */
  private static final long BYTES_PER_EXCHANGE = 144 * 1024;

  final Channel channel;
  final InetAddress address;
  private final Authority authority;
  private final LoopTransport transport;
  private final Http2StreamChannelBootstrap streams;

  /** Number of this connection within its authority, counted from 1. */
  int number;

  private boolean used;
  private int open;
  private long budget = BYTES_PER_EXCHANGE;

  /**
   * Maximum number of streams; 1 until the receiver announces its limit, or it would refuse some.
   */
  private int maxStreams = 1;

  private boolean settled;
  private boolean leaving;
  private int lastProcessed = Integer.MAX_VALUE;
  private long idleSince = System.nanoTime();
  private @Nullable ErrorClass error;
  private String detail = "the connection was closed before a response arrived";

  Http2Connection(
      LoopTransport transport, Authority authority, InetAddress address, Channel channel) {
    this.transport = transport;
    this.authority = authority;
    this.address = address;
    this.channel = channel;
    this.streams = new Http2StreamChannelBootstrap(channel);
  }

  /** Returns a codec for a new connection. */
  static Http2FrameCodec codec() {
    return Http2FrameCodecBuilder.forClient()
        .initialSettings(
            Http2Settings.defaultSettings()
                .pushEnabled(false)
                .initialWindowSize(WINDOW)
                .maxHeaderListSize(ResponseReader.MAX_LINES))
        .gracefulShutdownTimeoutMillis(0)
        .build();
  }

  /** Returns a handler that gives each stream of a new connection its channel. */
  static Http2MultiplexHandler multiplexer() {
    return new Http2MultiplexHandler(new Refusing());
  }

  /**
   * Closes streams that the receiver opens: push is disabled, and no other streams are supported.
   */
  private static final class Refusing extends ChannelInitializer<Channel> {
    @Override
    protected void initChannel(Channel stream) {
      stream.close();
    }
  }

  boolean hasRoom() {
    return !leaving && open < maxStreams && channel.isActive();
  }

  /** Returns how many more streams there will be, given the receiver's expected limit. */
  int coming(int streams) {
    return settled ? 0 : streams - open;
  }

  /** Returns whether no exchange uses the connection. */
  boolean isIdle() {
    return open == 0;
  }

  boolean isFresh(long now) {
    return open > 0 || now - idleSince < transport.idleNanos();
  }

  void send(Exchange exchange, Destination destination) {
    open++;
    budget += BYTES_PER_EXCHANGE;
    Http2Stream stream = new Http2Stream(this, exchange, destination, used);
    used = true;
    exchange.sending(stream);
    streams.handler(stream).open().addListener(stream);
  }

  /** Returns a handler in front of the codec that counts received bytes. */
  ChannelInboundHandlerAdapter meter() {
    return new ChannelInboundHandlerAdapter() {
      @Override
      public void channelRead(ChannelHandlerContext ctx, Object bytes) {
        if (bytes instanceof ByteBuf buffer) {
          budget -= buffer.readableBytes();
        }
        if (budget >= 0) {
          ctx.fireChannelRead(bytes);
        } else {
          ReferenceCountUtil.release(bytes);
          error = new ErrorClass.Protocol();
          detail = "the receiver sent more data than any response needs";
          leave();
          channel.close();
        }
      }
    };
  }

  /** Frees the place of a stream that has ended, once the codec is done with it. */
  void closed() {
    channel.eventLoop().execute(this::freed);
  }

  private void freed() {
    open--;
    idleSince = System.nanoTime();
    if (leaving && open == 0) {
      channel.close();
    } else if (!settled) {
      settle(MAX_STREAMS); // it has answered without setting a limit
    } else {
      authority.proceed();
    }
  }

  private void settle(int most) {
    settled = true;
    maxStreams = most;
    authority.takes(most);
  }

  /** Accepts no more exchanges, and closes once those in flight have ended. */
  void leave() {
    if (!leaving) {
      leaving = true;
      authority.remove(this);
      if (open == 0) {
        channel.close();
      }
    }
  }

  /** Handles the receiver's demand for HTTP/1.1 (RFC 9113, section 7). */
  void http1Required() {
    authority.requireHttp1(System.nanoTime());
  }

  /** Returns whether the receiver has reported that it did not act on this stream (GOAWAY). */
  boolean unprocessed(int streamId) {
    return streamId > lastProcessed;
  }

  /** Returns whether the connection ended regularly, whichever side closed it. */
  boolean isClosed() {
    return error() instanceof ErrorClass.Connect;
  }

  /** Returns the reason why the connection ended, as far as known. */
  ErrorClass error() {
    return error == null ? new ErrorClass.Connect() : error;
  }

  String detail() {
    return detail;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object frame) {
    try {
      if (frame instanceof Http2SettingsFrame settings) {
        Long limit = settings.settings().maxConcurrentStreams();
        if (limit != null || !settled) {
          settle(limit == null ? MAX_STREAMS : (int) Math.min(limit, MAX_STREAMS));
        }
      } else if (frame instanceof Http2GoAwayFrame goAway) {
        if (goAway.errorCode() == Http2Error.HTTP_1_1_REQUIRED.code()) {
          lastProcessed = 0;
          http1Required();
        } else {
          lastProcessed = goAway.lastStreamId();
          leave();
        }
      }
    } finally {
      ReferenceCountUtil.release(frame);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    leave();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (error == null) {
      error = Failures.whileOpen(cause);
      detail = "the connection broke: " + Failures.describe(cause);
    }
    leave();
    channel.close();
  }
}
