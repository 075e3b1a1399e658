package dev.posthorn.transport.http;

import dev.posthorn.HttpTransportOptions;
import dev.posthorn.spi.runtime.Loop;
import dev.posthorn.spi.transport.AddressPolicy;
import dev.posthorn.spi.transport.ExchangeLimits;
import dev.posthorn.spi.transport.ExchangeResult;
import dev.posthorn.spi.transport.HttpRequest;
import dev.posthorn.spi.transport.HttpTarget;
import dev.posthorn.testkit.receiver.Await;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A transport for tests: one exchange at a time or several, from any thread. */
final class Client implements AutoCloseable {

  /** Limits far above what an exchange with a well-behaved receiver needs. */
  static final ExchangeLimits GENEROUS = new ExchangeLimits(20_000, 20_000, 20_000, 30_000, 1024);

  final HttpTransport transport;
  private final Loop loop;

  Client(HttpTransportOptions options) {
    transport = HttpTransport.open(options);
    loop = transport.scheduler().loops().getFirst();
  }

  /** Returns a builder for a transport that may connect to this machine. */
  static HttpTransportOptions.Builder local() {
    return HttpTransportOptions.builder().loops(1).addresses(AddressPolicy.allowing("127.0.0.0/8"));
  }

  static Client open() {
    return new Client(local().build());
  }

  CompletableFuture<ExchangeResult> start(HttpRequest request) {
    CompletableFuture<ExchangeResult> result = new CompletableFuture<>();
    loop.execute(
        () ->
            transport.exchange(
                loop,
                request,
                outcome -> {
                  if (!loop.inLoop()) {
                    result.completeExceptionally(
                        new AssertionError("done was not called on the loop"));
                  } else if (!result.complete(outcome)) {
                    throw new AssertionError("done was called twice");
                  }
                }));
    return result;
  }

  ExchangeResult exchange(HttpRequest request) {
    return get(start(request));
  }

  ExchangeResult post(String url, String body, String... headers) {
    return exchange(request(url, body, headers));
  }

  ExchangeResult.Response respond(String url, String body, String... headers) {
    ExchangeResult result = post(url, body, headers);
    if (result instanceof ExchangeResult.Response response) {
      return response;
    }
    throw new AssertionError("no response: " + result);
  }

  static HttpRequest request(String url, String body, String... headers) {
    return new HttpRequest(
        HttpTarget.parse(url), headers, body.getBytes(StandardCharsets.UTF_8), GENEROUS);
  }

  static ExchangeResult get(CompletableFuture<ExchangeResult> result) {
    try {
      return result.get(60, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  void awaitNoConnections() {
    Await.until("all connections are closed", () -> transport.openConnections() == 0);
  }

  @Override
  public void close() {
    transport.close();
    awaitNoConnections();
  }
}
