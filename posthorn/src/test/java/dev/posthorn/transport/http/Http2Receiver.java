package dev.posthorn.transport.http;

import dev.posthorn.testkit.receiver.TestCertificate;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/** A receiver that speaks HTTP/2 only, and behaves as each request's path says. */
@SuppressWarnings("FutureReturnValueIgnored")
final class Http2Receiver implements AutoCloseable {

  final List<Http2Headers> requests = new CopyOnWriteArrayList<>();

  /**
   * Subject of the client certificate on the connection of each request; empty unless one is
   * requested.
   */
  final List<String> clients = new CopyOnWriteArrayList<>();

  final AtomicLong bodyBytes = new AtomicLong();
  final AtomicLong sent = new AtomicLong();
  final AtomicInteger connections = new AtomicInteger();
  final AtomicInteger http1Requests = new AtomicInteger();
  final AtomicInteger streams = new AtomicInteger();
  final AtomicInteger mostStreams = new AtomicInteger();
  final AtomicInteger mostOfOneConnection = new AtomicInteger();

  /** Number of open streams of each connection. */
  private final Map<Channel, Integer> streamsOf = new ConcurrentHashMap<>();

  @SuppressWarnings("deprecation") // Netty 4.1 has no other
  private final EventLoopGroup group = new NioEventLoopGroup(1);

  private final Channel server;

  Http2Receiver(TestCertificate certificate, long maxStreams) throws SSLException {
    this(builder(certificate).build(), maxStreams);
  }

  /** Returns a receiver whose TLS is not the JDK's, where another one is available. */
  static Http2Receiver natively(TestCertificate certificate) throws SSLException {
    SslProvider provider = OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK;
    return new Http2Receiver(builder(certificate).sslProvider(provider).build(), 100);
  }

  /**
   * Returns a receiver that asks clients for one of several certificates, and uses one version of
   * TLS.
   */
  static Http2Receiver requiring(
      List<TestCertificate> clients, TestCertificate certificate, String version)
      throws SSLException {
    String pem = clients.stream().map(TestCertificate::pem).collect(Collectors.joining());
    return new Http2Receiver(
        builder(certificate)
            .clientAuth(ClientAuth.REQUIRE)
            .trustManager(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)))
            .protocols(version)
            .build(),
        100);
  }

  private static SslContextBuilder builder(TestCertificate certificate) {
    return SslContextBuilder.forServer(certificate.keys())
        .sslProvider(SslProvider.JDK)
        .applicationProtocolConfig(
            new ApplicationProtocolConfig(
                ApplicationProtocolConfig.Protocol.ALPN,
                ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                "h2",
                "http/1.1"));
  }

  private Http2Receiver(SslContext tls, long maxStreams) {
    server =
        new ServerBootstrap()
            .group(group)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    connections.incrementAndGet();
                    channel
                        .pipeline()
                        .addLast(tls.newHandler(channel.alloc()), new Negotiated(maxStreams));
                  }
                })
            .bind(InetAddress.getLoopbackAddress(), 0)
            .syncUninterruptibly()
            .channel();
  }

  /** Uses the protocol agreed on in the handshake. */
  private final class Negotiated extends ApplicationProtocolNegotiationHandler {
    private final long maxStreams;

    Negotiated(long maxStreams) {
      super(ApplicationProtocolNames.HTTP_1_1);
      this.maxStreams = maxStreams;
    }

    @Override
    protected void configurePipeline(ChannelHandlerContext ctx, String protocol) {
      if (protocol.equals(ApplicationProtocolNames.HTTP_1_1)) {
        ctx.pipeline()
            .addLast(new HttpServerCodec(), new HttpObjectAggregator(100_000), new Http1Requests());
        return;
      }
      ctx.pipeline()
          .addLast(
              Http2FrameCodecBuilder.forServer()
                  .initialSettings(Http2Settings.defaultSettings().maxConcurrentStreams(maxStreams))
                  .encoderIgnoreMaxHeaderListSize(true)
                  .build(),
              new Http2MultiplexHandler(
                  new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel stream) {
                      stream.pipeline().addLast(new Stream());
                    }
                  }));
    }
  }

  /** Answers requests over HTTP/1.1. */
  private final class Http1Requests extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object request) {
      ReferenceCountUtil.release(request);
      http1Requests.incrementAndGet();
      DefaultFullHttpResponse response =
          new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
      response.headers().set("content-length", 0);
      ctx.writeAndFlush(response);
    }
  }

  /** Closes all connections without notice, like a receiver that crashes. */
  void closeConnections() {
    for (Channel connection : streamsOf.keySet()) {
      connection.pipeline().firstContext().close().awaitUninterruptibly();
    }
  }

  String url(String host, String path) {
    int port = ((java.net.InetSocketAddress) server.localAddress()).getPort();
    return "https://" + host + ":" + port + path;
  }

  @Override
  public void close() {
    group.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
  }

  private final class Stream extends ChannelInboundHandlerAdapter {

    private String path = "";

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      mostStreams.accumulateAndGet(streams.incrementAndGet(), Math::max);
      int own = streamsOf.merge(ctx.channel().parent(), 1, Integer::sum);
      mostOfOneConnection.accumulateAndGet(own, Math::max);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      streams.decrementAndGet();
      streamsOf.merge(ctx.channel().parent(), -1, Integer::sum);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object frame) {
      boolean end = false;
      if (frame instanceof Http2HeadersFrame headers) {
        requests.add(headers.headers());
        addClient(ctx.channel().parent().pipeline().get(SslHandler.class).engine());
        path = headers.headers().path().toString();
        end = headers.isEndStream();
      } else if (frame instanceof Http2DataFrame data) {
        bodyBytes.addAndGet(data.content().readableBytes());
        end = data.isEndStream();
      }
      ReferenceCountUtil.release(frame);
      if (end) {
        answer(ctx);
      }
    }

    private void addClient(SSLEngine engine) {
      if (engine.getNeedClientAuth()) {
        try {
          clients.add(engine.getSession().getPeerPrincipal().getName());
        } catch (SSLPeerUnverifiedException e) {
          clients.add("nobody");
        }
      }
    }

    private void answer(ChannelHandlerContext ctx) {
      switch (path) {
        case "/refused-once" -> {
          if (requests.size() == 1) {
            ctx.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.REFUSED_STREAM));
          } else {
            respond(ctx, "200", "again");
          }
        }
        case "/refused-late" -> {
          ctx.write(new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().status("200"), false));
          ctx.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.REFUSED_STREAM));
        }
        case "/refused" -> ctx.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.REFUSED_STREAM));
        case "/reset" -> ctx.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.INTERNAL_ERROR));
        case "/hang" -> {}
        case "/goaway-unprocessed" -> {
          if (requests.size() == 1) {
            goAway(ctx, 0);
          } else {
            respond(ctx, "200", "again");
          }
        }
        case "/goaway" -> {
          respond(ctx, "200", "bye");
          goAway(ctx, ((Http2StreamChannel) ctx.channel()).stream().id());
        }
        case "/http1" ->
            ctx.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.HTTP_1_1_REQUIRED));
        case "/close-second" -> {
          if (requests.size() == 2) {
            ctx.channel().parent().close();
          } else {
            respond(ctx, "200", "again");
          }
        }
        case "/close" -> ctx.channel().parent().close();
        case "/status" -> respond(ctx, "99", "");
        case "/continues" -> {
          for (int i = 0; i < 100; i++) {
            ctx.write(new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().status("103"), false));
          }
          ctx.flush();
        }
        case "/large-headers" -> {
          Http2Headers large = new DefaultHttp2Headers().status("200");
          for (int i = 0; i < 100; i++) {
            large.add("x-" + i, "y".repeat(1000));
          }
          ctx.writeAndFlush(new DefaultHttp2HeadersFrame(large, true));
        }
        case "/endless" -> {
          ctx.write(new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().status("200"), false));
          more(ctx);
        }
        case "/stalls" -> {
          ctx.write(new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().status("200"), false));
          ctx.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.copiedBuffer(new byte[5]), false));
        }
        case "/slow" ->
            ctx.executor().schedule(() -> respond(ctx, "200", "ok"), 30, TimeUnit.MILLISECONDS);
        default -> respond(ctx, "200", "ok");
      }
    }

    private void more(ChannelHandlerContext ctx) {
      ByteBuf block = Unpooled.wrappedBuffer(new byte[16_000]);
      ctx.writeAndFlush(new DefaultHttp2DataFrame(block, false))
          .addListener(
              written -> {
                if (written.isSuccess()) {
                  sent.addAndGet(16_000);
                  more(ctx);
                }
              });
    }

    private void goAway(ChannelHandlerContext ctx, int lastStream) {
      Channel connection = ctx.channel().parent();
      io.netty.handler.codec.http2.Http2FrameCodec codec =
          connection.pipeline().get(io.netty.handler.codec.http2.Http2FrameCodec.class);
      codec
          .encoder()
          .writeGoAway(
              connection.pipeline().context(codec),
              lastStream,
              Http2Error.NO_ERROR.code(),
              Unpooled.EMPTY_BUFFER,
              connection.newPromise());
      connection.flush();
    }

    private void respond(ChannelHandlerContext ctx, String status, String body) {
      Http2Headers headers = new DefaultHttp2Headers(false).status(status).set("retry-after", "3");
      ctx.write(new DefaultHttp2HeadersFrame(headers, false));
      ctx.writeAndFlush(
          new DefaultHttp2DataFrame(
              Unpooled.copiedBuffer(body, java.nio.charset.StandardCharsets.UTF_8), true));
    }
  }
}
