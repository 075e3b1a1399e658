package dev.posthorn.internal.http.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.posthorn.HttpTransportOptions;
import dev.posthorn.spi.runtime.Owner;
import dev.posthorn.spi.transport.TlsIdentity;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.DefaultEventLoopGroup;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalServerChannel;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TlsContextsTest {

  @SuppressWarnings("deprecation") // Netty 4.1 has no other
  private final EventLoopGroup group = new DefaultEventLoopGroup(1);

  private final TlsContexts contexts = new TlsContexts(HttpTransportOptions.defaults(), 4);
  private Channel channel = new LocalChannel();

  @BeforeEach
  void connect() throws Exception {
    LocalAddress address = new LocalAddress(TlsContextsTest.class);
    new ServerBootstrap()
        .group(group)
        .channel(LocalServerChannel.class)
        .childHandler(new ChannelInboundHandlerAdapter())
        .bind(address)
        .sync();
    channel =
        new Bootstrap()
            .group(group)
            .channel(LocalChannel.class)
            .handler(new ChannelInboundHandlerAdapter())
            .connect(address)
            .sync()
            .channel();
  }

  @AfterEach
  void close() {
    contexts.close();
    group.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private static TlsIdentity identity(String name) throws Exception {
    try (InputStream in =
        TlsIdentity.class.getResourceAsStream("/tls/" + name + "-certificate.pem")) {
      byte[] pem = Objects.requireNonNull(in, name).readAllBytes();
      return new TlsIdentity(null, new String(pem, StandardCharsets.US_ASCII));
    }
  }

  /** A context as the loop uses it, and an engine that a connection would create from it. */
  private record Used(SslContext context, SSLEngine engine) {}

  private Used use(TlsIdentity identity) throws Exception {
    return use(Owner.NOBODY, identity);
  }

  private Used use(Owner owner, TlsIdentity identity) throws Exception {
    EventLoop loop = channel.eventLoop();
    CompletableFuture<Used> used = new CompletableFuture<>();
    loop.execute(
        () ->
            contexts.use(
                new TlsContexts.Wanted(identity, new Offer(true, true)),
                new TlsContexts.Waiter(
                    owner,
                    channel,
                    context -> {
                      if (loop.inEventLoop()) {
                        used.complete(
                            new Used(context, context.newEngine(ByteBufAllocator.DEFAULT)));
                      } else {
                        used.completeExceptionally(new AssertionError("not on the loop"));
                      }
                    },
                    used::completeExceptionally)));
    Used result = used.get(20, TimeUnit.SECONDS);
    loop.submit(() -> {}).get(20, TimeUnit.SECONDS); // the loop has released the context
    return result;
  }

  @Test
  void a_context_is_made_once_while_it_is_kept() throws Exception {
    Used first = use(identity("ec"));
    Used second = use(identity("ec"));
    Used other = use(identity("rsa"));

    assertThat(second.context()).isSameAs(first.context()).isNotSameAs(other.context());
    assertThat(contexts.size()).isEqualTo(2);
    ReferenceCountUtil.release(first.engine());
    ReferenceCountUtil.release(second.engine());
    ReferenceCountUtil.release(other.engine());
  }

  @Test
  void the_one_not_used_for_longest_goes_and_is_freed_with_its_last_connection() throws Exception {
    assumeTrue(OpenSsl.isAvailable());
    Used ec = use(identity("ec"));
    Used rsa = use(identity("rsa"));
    ReferenceCountUtil.release(use(identity("ec")).engine());
    Used p384 = use(identity("p384"));

    assertThat(contexts.size()).isEqualTo(2);
    assertThat(use(identity("ec")).context()).isSameAs(ec.context());
    assertThat(ReferenceCountUtil.refCnt(rsa.context())).isEqualTo(1);
    ReferenceCountUtil.release(rsa.engine());
    assertThat(ReferenceCountUtil.refCnt(rsa.context())).isZero();
    ReferenceCountUtil.release(p384.engine());
    assertThat(ReferenceCountUtil.refCnt(p384.context())).isEqualTo(1);

    contexts.close();
    assertThat(contexts.size()).isZero();
    assertThat(ReferenceCountUtil.refCnt(p384.context())).isZero();
    assertThat(ReferenceCountUtil.refCnt(ec.context())).isEqualTo(2);
  }

  @Test
  void who_has_many_takes_the_place_of_nobody_else() throws Exception {
    Used other = use(new Owner("other", "x"), identity("ec"));
    ReferenceCountUtil.release(other.engine());
    for (int i = 0; i < 8; i++) {
      TlsIdentity each = new TlsIdentity(null, identity("rsa").serverCa() + "\n".repeat(i));
      ReferenceCountUtil.release(use(new Owner("many", i), each).engine());
    }
    assertThat(contexts.size()).isEqualTo(3);
    Used again = use(new Owner("other", "x"), identity("ec"));
    assertThat(again.context()).isSameAs(other.context());
    ReferenceCountUtil.release(again.engine());
  }

  @Test
  void what_cannot_be_read_is_told_and_tried_again_the_next_time() {
    TlsIdentity broken = new TlsIdentity("nonsense", null);

    for (int i = 0; i < 2; i++) {
      assertThat(failureOf(broken)).hasMessageContaining("is not PEM");
      assertThat(contexts.size()).isZero();
    }
  }

  @Test
  void nothing_is_made_once_it_is_closed() throws Exception {
    TlsIdentity ec = identity("ec");
    contexts.close();

    assertThat(failureOf(ec)).hasMessageContaining("closed");
  }

  private Throwable failureOf(TlsIdentity identity) {
    try {
      throw new AssertionError("made: " + use(identity));
    } catch (ExecutionException e) {
      return Objects.requireNonNull(e.getCause());
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
