package dev.posthorn.internal.http.connection;

import dev.posthorn.internal.http.tls.HandshakeSteps;
import dev.posthorn.internal.http.tls.Offer;
import dev.posthorn.internal.http.tls.TlsContexts;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.util.ReferenceCountUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A first exchange over TLS and HTTP/2 within memory, on a thread for expensive TLS work. It loads
 * some hundred classes, which takes a tenth of a second: on a loop, all of its deliveries would
 * wait for that.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Nothing leaves memory, so nothing is waited for.
final class WarmUp {
  private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);

  private final TlsContexts tls;
  private final Offer offer;
  private volatile boolean done;

  WarmUp(TlsContexts tls, Offer offer) {
    this.tls = tls;
    this.offer = offer;
  }

  /**
   * Runs a task on the loop of a handshake, after the warm-up: immediately, unless this is one of
   * the first handshakes.
   *
   * @throws java.util.concurrent.RejectedExecutionException if too many steps of its owner wait
   */
  void before(HandshakeSteps steps, Channel channel, Runnable task) {
    if (done) {
      task.run();
      return;
    }
    steps.execute(
        () -> {
          once();
          channel.eventLoop().execute(task);
        });
  }

  private synchronized void once() {
    if (done) {
      return;
    }
    try {
      tls.warmUp(offer);
      if (offer.http2()) {
        exchange();
      }
    } catch (Throwable e) { // the first connections load what is missing
      LOG.debug("The warm-up for TLS failed", e);
    } finally {
      done = true;
    }
  }

  private static void exchange() {
    EmbeddedChannel client =
        new EmbeddedChannel(Http2Connection.codec(), Http2Connection.multiplexer());
    EmbeddedChannel server =
        new EmbeddedChannel(
            Http2FrameCodecBuilder.forServer().build(),
            new Http2MultiplexHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel stream) {
                    stream.pipeline().addLast(new Answering());
                  }
                }));
    try {
      new Http2StreamChannelBootstrap(client)
          .handler(new ChannelInboundHandlerAdapter())
          .open()
          .addListener(opened -> request((Http2StreamChannel) opened.getNow()));
      while (move(client, server) || move(server, client)) {
        // Until neither has anything to say.
      }
    } finally {
      client.finishAndReleaseAll();
      server.finishAndReleaseAll();
    }
  }

  private static void request(Http2StreamChannel stream) {
    Http2Headers head =
        new DefaultHttp2Headers().method("POST").scheme("https").authority("localhost").path("/");
    stream.write(new DefaultHttp2HeadersFrame(head));
    stream.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(new byte[1]), true));
  }

  /** Answers a request once all of it has arrived. */
  private static final class Answering extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object frame) {
      boolean ends = frame instanceof Http2DataFrame data && data.isEndStream();
      ReferenceCountUtil.release(frame);
      if (ends) {
        ctx.write(new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().status("200")));
        ctx.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(new byte[1]), true));
      }
    }
  }

  /** Passes on what one side has written; returns whether that was anything. */
  private static boolean move(EmbeddedChannel from, EmbeddedChannel to) {
    from.runPendingTasks();
    boolean any = false;
    for (Object bytes; (bytes = from.readOutbound()) != null; ) {
      to.writeInbound(bytes);
      any = true;
    }
    return any;
  }
}
