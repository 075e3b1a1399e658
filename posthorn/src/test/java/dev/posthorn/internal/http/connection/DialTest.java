package dev.posthorn.internal.http.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.HttpTransportOptions;
import dev.posthorn.internal.http.loop.NettyScheduler;
import dev.posthorn.spi.transport.ExchangeLimits;
import dev.posthorn.spi.transport.ExchangeResult;
import dev.posthorn.spi.transport.HttpRequest;
import dev.posthorn.spi.transport.HttpTarget;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DialTest {
  private static final ExchangeLimits LIMITS = new ExchangeLimits(1_000, 1_000, 1_000, 1_000, 1);

  /** The channel's pipeline lacks the dial, so it cannot become a connection. */
  @Test
  void whatCannotBeCarriedIsToldAndHoldsUpNobody() {
    HttpTransportOptions options = HttpTransportOptions.builder().loops(1).nativeIo(false).build();
    TransportContext context = TransportContext.of(options);
    try (NettyScheduler scheduler = NettyScheduler.start(1, context.io())) {
      LoopTransport transport = new LoopTransport(scheduler.nettyLoops().getFirst(), context);
      HttpTarget target = HttpTarget.parse("http://127.0.0.1/");
      HttpRequest request = new HttpRequest(target, new String[0], new byte[0], LIMITS);
      Destination destination = transport.destination(request);
      List<ExchangeResult> results = new ArrayList<>();
      Exchange exchange = new Exchange(transport, request, results::add);
      Dial dial =
          new Dial(
              new Dialer(transport, context),
              destination,
              exchange,
              InetAddress.getLoopbackAddress());
      EmbeddedChannel channel = new EmbeddedChannel();
      destination.authority.dialing();

      dial.begin(channel, channel.newSucceededFuture(), null);

      assertThat(results)
          .singleElement()
          .isInstanceOfSatisfying(
              ExchangeResult.Failure.class,
              failure -> assertThat(failure.detail()).startsWith("the request cannot be made"));
      assertThat(channel.isOpen()).isFalse();
      destination.authority.destinations = 0;
      assertThat(destination.authority.isUnused(0)).isTrue();
      context.tls().close();
    }
  }
}
