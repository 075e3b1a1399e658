package dev.posthorn.server.outbound;

import dev.posthorn.internal.engine.base.EngineRuntime;
import dev.posthorn.spi.runtime.Loop;
import dev.posthorn.spi.runtime.Owner;
import dev.posthorn.spi.transport.ExchangeLimits;
import dev.posthorn.spi.transport.ExchangeResult;
import dev.posthorn.spi.transport.HttpRequest;
import dev.posthorn.spi.transport.HttpTarget;
import dev.posthorn.spi.transport.Transport;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Posts JSON to a URL through the transport of deliveries: so a URL leads to no address that
 * deliveries may not be sent to, and no redirect is followed. Thread-safe.
 */
public final class Poster {
  private static final long GRACE_MILLIS = 5_000;

  private final Transport transport;
  private final Loop loop;

  /** Creates one on the transport and a loop of an engine's runtime. */
  public Poster(EngineRuntime runtime) {
    this.transport = runtime.transport();
    this.loop = runtime.scheduler().loops().getFirst();
  }

  /**
   * Posts a body, and waits for the answer for as long as the limits say.
   *
   * @param owner the owner, who waits in turn for scarce resources
   * @throws TimeoutException if the transport does not report a result in time
   */
  public ExchangeResult post(Owner owner, HttpTarget target, byte[] json, ExchangeLimits limits)
      throws InterruptedException, TimeoutException {
    String[] headers = {"content-type", "application/json", "user-agent", "Posthorn"};
    HttpRequest request = new HttpRequest(owner, target, headers, json, limits);
    CompletableFuture<ExchangeResult> done = new CompletableFuture<>();
    loop.execute(
        () -> {
          try {
            transport.exchange(loop, request, done::complete);
          } catch (RuntimeException e) { // it is closed
            done.completeExceptionally(e);
          }
        });
    try {
      return done.get(limits.totalMillis() + GRACE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException("the request could not be made", e.getCause());
    }
  }
}
