package dev.posthorn.internal.http.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.HttpTransportOptions;
import dev.posthorn.spi.transport.HttpTarget;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.DefaultEventLoopGroup;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalServerChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import java.io.InputStream;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The loop does none of the expensive work of a handshake. */
class TlsStepsTest {
  @SuppressWarnings("deprecation") // Netty 4.1 has no other
  private final EventLoopGroup group = new DefaultEventLoopGroup(2);

  private final BlockingQueue<Runnable> steps = new LinkedBlockingQueue<>();

  @AfterEach
  void close() {
    group.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private static InputStream pem(String name) {
    return Objects.requireNonNull(
        HttpTarget.class.getResourceAsStream("/tls/" + name + ".pem"), name);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aCertificateIsCheckedInAStepOfItsOwn(boolean nativeIo) throws Exception {
    LocalAddress address = new LocalAddress(TlsStepsTest.class);
    SslContext server = SslContextBuilder.forServer(pem("ec-certificate"), pem("ec-pkcs8")).build();
    new ServerBootstrap()
        .group(group)
        .channel(LocalServerChannel.class)
        .childHandler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                channel.pipeline().addLast(server.newHandler(channel.alloc()));
              }
            })
        .bind(address)
        .sync();
    HttpTransportOptions options =
        HttpTransportOptions.builder().loops(1).nativeIo(nativeIo).build();
    TlsPeer peer = new TlsPeer("receiver.test", 443, false, null);
    SslContext shared = Tls.shared(options, Tls.Trust.of(null));
    SslHandler client = Tls.handler(shared, ByteBufAllocator.DEFAULT, peer, steps::add);
    Channel channel =
        new Bootstrap()
            .group(group)
            .channel(LocalChannel.class)
            .handler(client)
            .connect(address)
            .sync()
            .channel();

    int taken = 0;
    while (!client.handshakeFuture().isDone()) {
      Runnable step = steps.poll(100, TimeUnit.MILLISECONDS);
      if (step != null) {
        channel.eventLoop().submit(() -> {}).sync();
        assertThat(client.handshakeFuture().isDone()).isFalse();
        step.run();
        taken++;
      }
    }
    assertThat(taken).isPositive();
    assertThat(client.handshakeFuture().cause()).hasStackTraceContaining("no trusted authority");
  }
}
