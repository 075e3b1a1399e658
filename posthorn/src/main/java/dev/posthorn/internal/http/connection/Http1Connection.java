package dev.posthorn.internal.http.connection;

import dev.posthorn.internal.http.loop.Failures;
import dev.posthorn.spi.transport.ErrorClass;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An HTTP/1.1 connection: carries one exchange at a time, and is idle in between. */
@SuppressWarnings("FutureReturnValueIgnored") // The consequences of a close reach channelInactive.
final class Http1Connection extends ChannelInboundHandlerAdapter implements Carrier {

  /** Maximum size of a body that is copied after its head, so that both go out in one write. */
  static final int SMALL_BODY = 16 * 1024;

  /**
   * Size of the slices of a larger body, so that a receiver that does not read costs little memory.
   */
  private static final int SLICE = 32 * 1024;

  static final String UNASKED = "the receiver sent data before a request";
  private static final String CLOSED = "the connection was closed before a response arrived";

  final Channel channel;
  final InetAddress address;
  private final Authority authority;
  private final LoopTransport transport;
  private final ResponseReader response = new ResponseReader();

  private @Nullable Exchange exchange;
  private int sent;
  private boolean reused;
  private boolean headOut;
  private boolean bodyOut;

  /** True if no exchange is in flight, so that nothing may arrive. */
  private boolean waiting = true;

  /** True if unsolicited data arrived. */
  private boolean spoiled;

  /** Exception that broke the connection, if any. */
  private @Nullable Throwable cause;

  private long idleNanos;
  private long idleSince;

  Http1Connection(
      LoopTransport transport, Authority authority, InetAddress address, Channel channel) {
    this.transport = transport;
    this.authority = authority;
    this.address = address;
    this.channel = channel;
  }

  boolean isFresh(long now) {
    return waiting && now - idleSince < idleNanos && channel.isActive();
  }

  /** Reads pending data; returns whether there was none. */
  boolean isQuiet(Unread unread) {
    unread.read(channel);
    return waiting && channel.isActive();
  }

  /** Sends the request that the connection was opened for. */
  void sendFirst(Exchange exchange, Destination destination) {
    if (isQuiet(transport.unread())) {
      send(exchange, destination);
    } else if (spoiled) {
      exchange.broken(new ErrorClass.Protocol(), UNASKED);
    } else if (cause != null) {
      exchange.broken(Failures.whileOpen(cause), described(cause));
    } else {
      exchange.broken(new ErrorClass.Connect(), CLOSED);
    }
  }

  /** Sends the request of {@code exchange}, the only one until it has ended. */
  void send(Exchange exchange, Destination destination) {
    this.exchange = exchange;
    byte[] body = exchange.request.body();
    boolean small = body.length <= SMALL_BODY;
    headOut = false;
    bodyOut = small;
    waiting = false;
    response.begin();
    ByteBuf head;
    try {
      head = transport.encoder().encode(channel.alloc(), destination, exchange.request, small);
    } catch (Throwable e) {
      this.exchange = null;
      channel.close();
      exchange.impossible(e);
      return;
    }
    sent = small ? body.length : 0;
    exchange.sending(this);
    ChannelFuture written = channel.writeAndFlush(head);
    if (written.isDone()) {
      headWritten(exchange, written);
    } else {
      written.addListener(future -> headWritten(exchange, written));
    }
    if (!small) {
      pump();
    }
  }

  private void headWritten(Exchange of, ChannelFuture written) {
    if (of != exchange) {
      return;
    }
    if (written.isSuccess()) {
      headOut = true;
    } else {
      broken(new ErrorClass.Connect(), CLOSED);
    }
  }

  /** Writes the body as fast as the receiver reads it. */
  private void pump() {
    Exchange of = exchange;
    if (of == null) {
      return;
    }
    byte[] body = of.request.body();
    while (sent < body.length && channel.isWritable()) {
      int slice = Math.min(SLICE, body.length - sent);
      ByteBuf out = channel.alloc().directBuffer(slice).writeBytes(body, sent, slice);
      sent += slice;
      ChannelFuture written = channel.writeAndFlush(out);
      if (sent == body.length) {
        written.addListener(future -> bodyOut |= of == exchange && future.isSuccess());
      }
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (channel.isWritable()) {
      pump();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (message instanceof ByteBuf bytes && bytes.isReadable()) {
        come(bytes);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void come(ByteBuf bytes) {
    Exchange of = exchange;
    if (of == null) {
      if (waiting) {
        waiting = false;
        spoiled = true;
        authority.distrust(System.nanoTime());
      }
      channel.close();
      return;
    }
    try {
      response.read(bytes, of);
    } catch (MalformedResponse e) {
      broken(new ErrorClass.Protocol(), "the response is not HTTP: " + e.getMessage());
      return;
    }
    // More data than the requested response: the connection cannot be trusted.
    spoiled |= bytes.isReadable();
  }

  /** Frees the connection for the next exchange only after all received data has been examined. */
  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    Exchange of = exchange;
    if (of != null && (response.isOver() || of.overflowed())) {
      exchange = null;
      if (spoiled) {
        authority.distrust(System.nanoTime());
      }
      // An answer to a request that is still being sent ends the connection.
      if (response.keeps() && headOut && bodyOut && heed(response.keepSeconds())) {
        idleSince = System.nanoTime();
        reused = true;
        waiting = true;
        transport.release(authority, this);
      } else {
        channel.close();
      }
      of.complete();
    }
  }

  /** Applies the receiver's Keep-Alive time minus one second; returns whether any time is left. */
  private boolean heed(int announced) {
    idleNanos = transport.idleNanos();
    if (announced >= 0) {
      idleNanos = Math.min(idleNanos, TimeUnit.SECONDS.toNanos(announced - 1L));
    }
    return idleNanos > 0;
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    transport.forget(authority, this);
    Exchange of = exchange;
    if (of != null && response.endsWithConnection()) {
      exchange = null;
      of.complete();
    } else {
      broken(new ErrorClass.Connect(), CLOSED);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    transport.forget(authority, this);
    this.cause = cause;
    broken(Failures.whileOpen(cause), described(cause));
  }

  private static String described(Throwable cause) {
    return "the connection broke: " + Failures.describe(cause);
  }

  private void broken(ErrorClass error, String detail) {
    Exchange of = exchange;
    exchange = null;
    waiting = false;
    channel.close();
    if (of == null) {
      return;
    }
    if (response.isOver()) {
      of.complete();
    } else if (reused && !response.hasBegun()) {
      of.unanswered(detail);
    } else {
      of.broken(error, detail);
    }
  }

  @Override
  public void abandon() {
    exchange = null;
    channel.close();
  }
}
