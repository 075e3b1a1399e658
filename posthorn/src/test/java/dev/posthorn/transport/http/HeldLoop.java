package dev.posthorn.transport.http;

import dev.posthorn.spi.runtime.Loop;
import dev.posthorn.spi.transport.ExchangeResult;
import dev.posthorn.spi.transport.HttpRequest;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The loop of a transport, blocked while something happens, so that it cannot notice. */
record HeldLoop(Client client) {

  /** An event during the block. */
  @FunctionalInterface
  interface Happening {
    void happen() throws IOException;
  }

  /** Makes something happen while the loop waits, then sends on the loop. */
  CompletableFuture<ExchangeResult> then(Happening happening, HttpRequest request)
      throws Exception {
    Loop loop = client.transport.scheduler().loops().getFirst();
    CompletableFuture<ExchangeResult> result = new CompletableFuture<>();
    CompletableFuture<Void> held = new CompletableFuture<>();
    CompletableFuture<Void> happened = new CompletableFuture<>();
    loop.execute(
        () -> {
          held.complete(null);
          happened.orTimeout(20, TimeUnit.SECONDS).join();
          client.transport.exchange(loop, request, result::complete);
        });
    held.get(20, TimeUnit.SECONDS);
    happening.happen();
    happened.complete(null);
    return result;
  }
}
