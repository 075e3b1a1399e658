package dev.posthorn.bench.hostile;

import dev.posthorn.testkit.receiver.HostileReceiver;
import dev.posthorn.testkit.receiver.Misbehavior;
import dev.posthorn.testkit.receiver.TestCertificate;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The receivers of the bad neighbors, in a process of their own: one that reads nothing, one that
 * answers 400, an HTTP/2 host that allows one stream, and three that misbehave.
 *
 * <p>As a program it takes a file to put its certificate in, and prints its ports, in that order.
 * The first line on its standard input makes the first two answer 200; it ends with its input.
 */
@SuppressWarnings("FutureReturnValueIgnored")
public final class HostileReceivers {
  private static final int LARGEST = 1 << 21;
  private static final int BACKLOG = 8_192;

  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final ChannelGroup unread = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private volatile boolean good;

  private HostileReceivers() {}

  /** Runs the receivers; see the class comment. */
  public static void main(String[] args) throws Exception {
    HostileReceivers receivers = new HostileReceivers();
    TestCertificate certificate = TestCertificate.of("127.0.0.1", "localhost", Neighbors.H2_HOST);
    Files.writeString(Path.of(args[0]), certificate.pem());
    List<Integer> ports = new ArrayList<>();
    ports.add(receivers.listen(true));
    ports.add(receivers.listen(false));
    ports.add(OneStreamHost.listen(receivers.group, certificate));
    for (Misbehavior way : Neighbors.MISBEHAVIOURS) {
      ports.add(HostileReceiver.start(way).port());
    }
    System.out.println(ports.stream().map(String::valueOf).collect(Collectors.joining(" ")));
    receivers.awaitGood();
    System.exit(0);
  }

  private void awaitGood() throws IOException {
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
      while (in.readLine() != null) {
        good = true;
        unread.forEach(channel -> channel.config().setAutoRead(true));
      }
    }
  }

  private int listen(boolean hangs) {
    Channel server =
        new ServerBootstrap()
            .group(group)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    if (hangs) {
                      channel.config().setAutoRead(good);
                      unread.add(channel);
                    }
                    channel
                        .pipeline()
                        .addLast(
                            new HttpServerCodec(), new HttpObjectAggregator(LARGEST), new Answer());
                  }
                })
            .bind(InetAddress.getLoopbackAddress(), 0)
            .syncUninterruptibly()
            .channel();
    return ((InetSocketAddress) server.localAddress()).getPort();
  }

  private final class Answer extends SimpleChannelInboundHandler<FullHttpRequest> {
    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
      DefaultFullHttpResponse response =
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1,
              good ? HttpResponseStatus.OK : HttpResponseStatus.BAD_REQUEST,
              Unpooled.EMPTY_BUFFER);
      response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, 0);
      ctx.writeAndFlush(response, ctx.voidPromise());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }
}
