package dev.posthorn.internal.http.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.spi.runtime.Owner;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PacedHandshakeTest {
  private final ArrayDeque<Runnable> loop = new ArrayDeque<>();
  private final HandshakeQueue queue = new HandshakeQueue(loop::add);
  private final List<String> seen = new ArrayList<>();
  private final PacedHandshake paced = new PacedHandshake(queue, new Owner(1L, 1L));
  private final EmbeddedChannel channel = new EmbeddedChannel(paced, new Tls());

  /** In the place of the handler of TLS. */
  private final class Tls extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ByteBuf data = (ByteBuf) message;
      seen.add(data.toString(StandardCharsets.US_ASCII));
      data.release();
      if (seen.contains("finished")) {
        paced.end();
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      seen.add("closed");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      seen.add(cause.getMessage());
    }
  }

  private static ByteBuf data(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
  }

  private void run() {
    while (!loop.isEmpty()) {
      loop.remove().run();
    }
  }

  @Test
  void whatArrivesWaitsForItsTurnAndNothingMoreIsRead() {
    channel.writeInbound(data("hello"));
    assertThat(seen).isEmpty();
    assertThat(paced.isWaiting()).isTrue();
    assertThat(channel.config().isAutoRead()).isFalse();
    run();
    assertThat(seen).containsExactly("hello");
    assertThat(paced.isWaiting()).isFalse();
    assertThat(channel.config().isAutoRead()).isTrue();
  }

  @Test
  void oneHandshakeAfterTheOther() {
    EmbeddedChannel other =
        new EmbeddedChannel(new PacedHandshake(queue, new Owner(2L, 2L)), new Tls());
    channel.writeInbound(data("a"));
    other.writeInbound(data("b"));
    loop.remove().run();
    assertThat(seen).containsExactly("a");
    run();
    assertThat(seen).containsExactly("a", "b");
  }

  @Test
  void anAlertIsSeenBeforeTheEndOfTheConnection() {
    channel.writeInbound(data("alert"));
    var unused = channel.close();
    run();
    assertThat(seen).containsExactly("alert", "closed");
  }

  @Test
  void anAlertIsSeenBeforeAnError() {
    channel.writeInbound(data("alert"));
    channel.pipeline().fireExceptionCaught(new IllegalStateException("reset"));
    run();
    assertThat(seen).containsExactly("alert", "reset");
  }

  @Test
  void afterTheHandshakeNothingWaits() {
    channel.writeInbound(data("finished"), data("first"));
    run();
    channel.writeInbound(data("second"));
    assertThat(seen).containsExactly("finished", "first", "second");
    assertThat(loop).isEmpty();
    assertThat(channel.pipeline().get(PacedHandshake.class)).isNull();
  }

  @Test
  void aClosedConnectionReleasesWhatWaits() {
    ByteBuf waiting = data("waiting");
    channel.writeInbound(waiting);
    channel.pipeline().remove(paced);
    run();
    assertThat(waiting.refCnt()).isZero();
    assertThat(seen).isEmpty();
  }
}
