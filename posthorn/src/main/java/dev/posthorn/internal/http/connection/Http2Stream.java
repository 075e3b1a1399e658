package dev.posthorn.internal.http.connection;

import dev.posthorn.internal.http.loop.Failures;
import dev.posthorn.spi.transport.ErrorClass;
import dev.posthorn.spi.transport.HttpRequest;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GenericFutureListener;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One exchange on a stream of an HTTP/2 connection. */
@SuppressWarnings("FutureReturnValueIgnored") // The consequences of a close reach channelInactive.
final class Http2Stream extends ChannelInboundHandlerAdapter
    implements Carrier, GenericFutureListener<Future<Http2StreamChannel>> {

  /**
   * Detail of a refusal, with which the receiver promises that it did not process the request (RFC
   * 9113, sections 6.8, 8.7).
   */
  private static final String REFUSED = "the receiver refused the stream";

  private final Http2Connection connection;
  private final Destination destination;
  private @Nullable Exchange exchange;
  private @Nullable Http2StreamChannel channel;
  private final boolean reused;
  private boolean begun;
  private boolean responding;

  /**
   * Sends an exchange over a connection.
   *
   * @param reused whether the connection had been used before
   */
  Http2Stream(
      Http2Connection connection, Exchange exchange, Destination destination, boolean reused) {
    this.connection = connection;
    this.reused = reused;
    this.exchange = exchange;
    this.destination = destination;
  }

  /** Sends the request once the stream is open, or handles the failure to open it. */
  @Override
  public void operationComplete(Future<Http2StreamChannel> opened) {
    if (!opened.isSuccess()) {
      connection.leave();
      connection.closed();
      Exchange of = exchange;
      exchange = null;
      if (of != null) {
        of.unsent("no stream could be opened: " + Failures.describe(opened.cause()));
      }
      return;
    }
    Http2StreamChannel stream = opened.getNow();
    channel = stream;
    stream.closeFuture().addListener(closed -> connection.closed());
    if (exchange == null) {
      stream.close();
      return;
    }
    HttpRequest request = exchange.request;
    boolean empty = request.body().length == 0;
    Http2Headers headers;
    try {
      headers = headers(request);
    } catch (Exception e) {
      broken(new ErrorClass.Protocol(), "a header cannot be sent: " + Failures.describe(e));
      return;
    }
    stream
        .write(new DefaultHttp2HeadersFrame(headers, empty))
        .addListener(
            written -> {
              if (!written.isSuccess()) {
                // The receiver has no complete request that it could act on.
                unsent("the request could not be written");
              }
            });
    if (!empty) {
      stream.write(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(request.body()), true));
    }
    stream.flush();
  }

  private Http2Headers headers(HttpRequest request) {
    String[] given = request.headers();
    Http2Headers headers =
        new DefaultHttp2Headers(true, given.length / 2 + 5)
            .method("POST")
            .scheme("https")
            .authority(destination.target.authority())
            .path(destination.target.path());
    for (int i = 0; i < given.length; i += 2) {
      headers.add(given[i].toLowerCase(Locale.ROOT), given[i + 1]);
    }
    return headers.set("content-length", Integer.toString(request.body().length));
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object frame) {
    try {
      if (frame instanceof Http2HeadersFrame headers) {
        head(headers);
      } else if (frame instanceof Http2DataFrame data && exchange != null) {
        exchange.body(data.content(), data.content().readableBytes());
        finishIf(data.isEndStream());
      }
    } finally {
      ReferenceCountUtil.release(frame);
    }
  }

  private void head(Http2HeadersFrame frame) {
    Exchange of = exchange;
    if (of == null) {
      return;
    }
    begun = true;
    if (responding) {
      // Trailers.
      finishIf(frame.isEndStream());
      return;
    }
    int status = status(frame.headers().status());
    if (status < 100 || status == 101) {
      malformed("the response has no valid status");
    } else if (status < 200) {
      if (!of.interim()) {
        malformed("too many interim responses (1xx)");
      }
    } else {
      responding = true;
      CharSequence contentType = frame.headers().get("content-type");
      of.head(
          status,
          Headers.retryAfter(frame.headers().get("retry-after")),
          contentType == null ? null : contentType.toString());
      finishIf(frame.isEndStream());
    }
  }

  /**
   * Fails the exchange and ends the whole connection: further data for a reset stream would be
   * logged.
   */
  private void malformed(String detail) {
    broken(new ErrorClass.Protocol(), detail);
    connection.channel.close();
  }

  private static int status(@Nullable CharSequence text) {
    return text != null && text.toString().matches("[1-9]\\d\\d")
        ? Integer.parseInt(text.toString())
        : 0;
  }

  private void finishIf(boolean streamEnded) {
    Exchange of = exchange;
    if (of != null && streamEnded) {
      exchange = null;
      close();
      of.complete();
    }
  }

  /** Cuts a body off that exceeds the limit and did not end with the data just read. */
  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    Exchange of = exchange;
    if (of != null && of.overflowed()) {
      abandon();
      of.complete();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof Http2ResetFrame reset) {
      if (reset.errorCode() == Http2Error.REFUSED_STREAM.code()) {
        unsent(REFUSED);
      } else if (reset.errorCode() == Http2Error.HTTP_1_1_REQUIRED.code()) {
        connection.http1Required();
        unsent("the receiver requires HTTP/1.1");
      } else {
        broken(new ErrorClass.Connect(), "the stream was reset before a response arrived");
      }
    }
    ReferenceCountUtil.release(event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (channel != null && connection.unprocessed(channel.stream().id())) {
      unsent(REFUSED);
    } else if (reused && !begun && connection.isClosed()) {
      unanswered(connection.detail());
    } else {
      broken(connection.error(), connection.detail());
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    broken(Failures.whileOpen(cause), "the stream broke: " + Failures.describe(cause));
  }

  /**
   * Handles the receiver's statement that it did not act on the request, unless it has begun to
   * answer.
   */
  private void unsent(String detail) {
    if (begun) {
      broken(new ErrorClass.Connect(), detail);
      return;
    }
    Exchange of = exchange;
    exchange = null;
    if (of != null) {
      of.unsent(detail);
    }
  }

  private void unanswered(String detail) {
    Exchange of = exchange;
    exchange = null;
    if (of != null) {
      of.unanswered(detail);
    }
  }

  private void broken(ErrorClass error, String detail) {
    Exchange of = exchange;
    exchange = null;
    close();
    if (of != null) {
      of.broken(error, detail);
    }
  }

  /** Ends the stream; the connection may not answer any more, so no new exchange uses it. */
  @Override
  public void abandon() {
    exchange = null;
    close();
    connection.leave();
  }

  private void close() {
    if (channel != null) {
      channel.close();
    }
  }
}
