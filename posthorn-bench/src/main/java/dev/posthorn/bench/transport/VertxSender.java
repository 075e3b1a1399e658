package dev.posthorn.bench.transport;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.URI;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;

/** Vert.x's HTTP client on one event loop, connecting to a given address, for comparison. */
final class VertxSender implements TransportCost.Sender {

  private final Vertx vertx =
      Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true));
  private final HttpClient client =
      vertx.createHttpClient(
          new HttpClientOptions().setDecompressionSupported(false),
          new PoolOptions().setHttp1MaxSize(64).setEventLoopSize(1));
  private final Context context = vertx.getOrCreateContext();
  private final RequestOptions options;
  private final Buffer body = Buffer.buffer(new byte[TransportCost.BODY]);

  VertxSender(String url) {
    URI uri = URI.create(url);
    options =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setServer(SocketAddress.inetSocketAddress(uri.getPort(), "127.0.0.1"))
            .setHost(uri.getHost())
            .setPort(uri.getPort())
            .setURI(uri.getRawPath())
            .setConnectTimeout(5_000)
            .setTimeout(20_000);
    for (int i = 0; i < PosthornSender.HEADERS.length; i += 2) {
      options.putHeader(PosthornSender.HEADERS[i], PosthornSender.HEADERS[i + 1]);
    }
  }

  @Override
  public long run(int connections, long endNanos) throws InterruptedException {
    LongAdder posts = new LongAdder();
    CountDownLatch ended = new CountDownLatch(connections);
    for (int i = 0; i < connections; i++) {
      context.runOnContext(begun -> post(posts, endNanos, ended));
    }
    TransportCost.await(ended);
    return posts.sum();
  }

  private void post(LongAdder posts, long endNanos, CountDownLatch ended) {
    client
        .request(options)
        .compose(request -> request.send(body))
        .compose(response -> response.body())
        .onSuccess(
            received -> {
              posts.increment();
              if (System.nanoTime() - endNanos < 0) {
                post(posts, endNanos, ended);
              } else {
                ended.countDown();
              }
            })
        .onFailure(Throwable::printStackTrace);
  }

  @Override
  public void close() {
    client.close();
    vertx.close().await();
  }
}
