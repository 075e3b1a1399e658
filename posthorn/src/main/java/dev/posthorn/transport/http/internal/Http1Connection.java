package dev.posthorn.transport.http.internal;

import dev.posthorn.transport.ErrorClass;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An HTTP/1.1 connection: carries one exchange at a time, and waits for the next in between. */
@SuppressWarnings("FutureReturnValueIgnored") // What comes of a close reaches channelInactive.
final class Http1Connection extends ChannelInboundHandlerAdapter implements Carrier {

  /** Up to this size a body is copied behind its head and goes out in one write. */
  static final int SMALL_BODY = 16 * 1024;

  /** What a larger body is cut into, so that a receiver that does not read costs little memory. */
  private static final int SLICE = 32 * 1024;

  private static final Pattern KEEP_ALIVE_SECONDS = Pattern.compile("timeout=(\\d{1,6})");
  private static final String CLOSED = "the connection was closed before a response came";

  final Channel channel;
  final InetAddress address;
  private final Authority authority;
  private final LoopTransport transport;

  private @Nullable Exchange exchange;
  private int sent;
  private boolean reused;
  private boolean headOut;
  private boolean bodyOut;
  private boolean responding;
  private boolean over;
  private boolean keep;
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
    return now - idleSince < idleNanos && channel.isActive();
  }

  /** Sends the request of {@code exchange}, the only one until it has ended. */
  void send(Exchange exchange, Destination destination) {
    this.exchange = exchange;
    byte[] body = exchange.request.body();
    boolean small = body.length <= SMALL_BODY;
    headOut = false;
    bodyOut = small;
    responding = false;
    over = false;
    keep = false;
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
      // Not even all of the head went out, so the receiver has no request that it could act on.
      exchange = null;
      channel.close();
      if (reused) {
        of.unsent(CLOSED);
      } else {
        of.broken(new ErrorClass.Connect(), CLOSED);
      }
    }
  }

  /** Writes the body as fast as the receiver takes it. */
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
      if (exchange == null || !(message instanceof HttpObject part)) {
        // Nobody asked: whatever it is, it must not become the next exchange's response.
        channel.close();
        return;
      }
      if (over) {
        // More than the response that was asked for: the connection cannot be trusted.
        keep = false;
        return;
      }
      DecoderResult decoded = part.decoderResult();
      if (decoded.isFailure()) {
        malformed(decoded.cause());
        return;
      }
      if (part instanceof HttpResponse response) {
        head(response);
      }
      if (part instanceof HttpContent content) {
        body(content);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void head(HttpResponse response) {
    Exchange of = exchange;
    if (of == null) {
      return;
    }
    int status = response.status().code();
    responding = status >= 200;
    if (status == 101 || status < 100 || status > 999) {
      broken(new ErrorClass.Protocol(), "the response has the status " + status);
    } else if (!responding) {
      if (!of.interim()) {
        broken(new ErrorClass.Protocol(), "too many interim responses (1xx) came");
      }
    } else {
      keep = HttpUtil.isKeepAlive(response);
      idleNanos = transport.idleNanos();
      String keepAlive = response.headers().get("keep-alive");
      if (keep && keepAlive != null) {
        heed(keepAlive);
      }
      of.head(status, Headers.retryAfter(response.headers().get(HttpHeaderNames.RETRY_AFTER)));
    }
  }

  /** Keeps the connection a second less than the receiver says it will. */
  private void heed(String keepAlive) {
    Matcher seconds = KEEP_ALIVE_SECONDS.matcher(keepAlive);
    if (seconds.find()) {
      long announced = TimeUnit.SECONDS.toNanos(Integer.parseInt(seconds.group(1)) - 1L);
      idleNanos = Math.min(idleNanos, announced);
      keep = announced > 0;
    }
  }

  private void body(HttpContent content) {
    Exchange of = exchange;
    if (of == null || !responding) {
      return;
    }
    of.body(content.content());
    over = content instanceof LastHttpContent;
  }

  /** Not before all that came has been looked at is the connection free for the next exchange. */
  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    Exchange of = exchange;
    if (of != null && (over || of.overflowed())) {
      exchange = null;
      // An answer to a request that is still being sent ends the connection.
      if (over && keep && headOut && bodyOut) {
        idleSince = System.nanoTime();
        reused = true;
        transport.release(authority, this);
      } else {
        channel.close();
      }
      of.complete();
    }
  }

  private void malformed(Throwable cause) {
    if (cause instanceof PrematureChannelClosureException) {
      broken(new ErrorClass.Connect(), CLOSED);
    } else {
      broken(new ErrorClass.Protocol(), "the response is not HTTP: " + Failures.describe(cause));
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    transport.forget(authority, this);
    broken(new ErrorClass.Connect(), CLOSED);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    transport.forget(authority, this);
    broken(Failures.whileOpen(cause), "the connection broke: " + Failures.describe(cause));
  }

  private void broken(ErrorClass error, String detail) {
    Exchange of = exchange;
    exchange = null;
    channel.close();
    if (of != null && over) {
      of.complete();
    } else if (of != null) {
      of.broken(error, detail);
    }
  }

  @Override
  public void abandon() {
    exchange = null;
    channel.close();
  }
}
