package dev.posthorn.bench.transport;

import dev.posthorn.HttpTransportOptions;
import dev.posthorn.spi.runtime.Loop;
import dev.posthorn.spi.transport.AddressPolicy;
import dev.posthorn.spi.transport.ExchangeLimits;
import dev.posthorn.spi.transport.ExchangeResult;
import dev.posthorn.spi.transport.HttpRequest;
import dev.posthorn.spi.transport.HttpTarget;
import dev.posthorn.transport.http.HttpTransport;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/** The transport of this project. */
final class PosthornSender implements TransportCost.Sender {

  static final String[] HEADERS = {
    "content-type", "application/json",
    "user-agent", "Posthorn",
    "webhook-id", "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W",
    "webhook-timestamp", "1674087231",
    "webhook-signature", "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4="
  };

  private final HttpTransport transport =
      HttpTransport.open(
          HttpTransportOptions.builder()
              .loops(1)
              .addresses(AddressPolicy.allowing("127.0.0.0/8"))
              .build());
  private final Loop loop = transport.scheduler().loops().getFirst();
  private final HttpRequest request;

  PosthornSender(String url) {
    request =
        new HttpRequest(
            HttpTarget.parse(url), HEADERS, new byte[TransportCost.BODY], ExchangeLimits.DEFAULT);
  }

  @Override
  public long run(int connections, long endNanos) throws InterruptedException {
    Chain[] chains = new Chain[connections];
    CountDownLatch ended = new CountDownLatch(connections);
    for (int i = 0; i < connections; i++) {
      chains[i] = new Chain(endNanos, ended);
      loop.execute(chains[i]);
    }
    TransportCost.await(ended);
    long posts = 0;
    for (Chain chain : chains) {
      posts += chain.posts;
    }
    return posts;
  }

  @Override
  public void close() {
    transport.close();
  }

  /** One exchange after the other. */
  private final class Chain implements Runnable, Consumer<ExchangeResult> {

    private final long endNanos;
    private final CountDownLatch ended;
    private long posts;

    Chain(long endNanos, CountDownLatch ended) {
      this.endNanos = endNanos;
      this.ended = ended;
    }

    @Override
    public void run() {
      transport.exchange(loop, request, this);
    }

    @Override
    public void accept(ExchangeResult result) {
      if (!(result instanceof ExchangeResult.Response)) {
        throw new IllegalStateException(result.toString());
      }
      posts++;
      if (System.nanoTime() - endNanos < 0) {
        run();
      } else {
        ended.countDown();
      }
    }
  }
}
