package dev.posthorn.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.server.auth.Principal;
import dev.posthorn.server.auth.Scopes;
import io.vertx.core.http.HttpServerOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A request is performed once more if another node may have created what it did not find. */
class SecondLookTest implements Authenticator {
  private final ExecutorService workers = Executors.newFixedThreadPool(2);
  private final ConcurrentLinkedQueue<String> calls = new ConcurrentLinkedQueue<>();
  private volatile boolean isThere;
  private volatile Supplier<CompletableFuture<Boolean>> refresh =
      () -> CompletableFuture.completedFuture(false);
  private final HttpListener listener =
      new HttpListener(
              new HttpServerOptions().setHost("127.0.0.1").setPort(0),
              TestFront.LIMITS,
              this,
              new HttpListener.Service(
                  List.of(
                      operation("blocking", new Operation.Blocking(this::answer)),
                      operation(
                          "direct",
                          new Operation.NonBlocking(
                              (call, answer) -> answer.accept(() -> answer(call)))),
                      operation(
                          "throwing",
                          new Operation.NonBlocking(
                              (call, answer) -> {
                                Answer made = answer(call);
                                answer.accept(() -> made);
                              }))),
                  (owner, task) -> workers.execute(task)))
          .listen(1);
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private static Operation operation(String name, Operation.Action action) {
    return new Operation(
        name,
        "POST",
        "/" + name,
        Operation.Access.APPLICATION,
        new Operation.Docs(
            "Test", "", List.of(), new Operation.BodySchema("Any", false), List.of()),
        action);
  }

  private Answer answer(Call call) {
    calls.add(new String(call.body(), StandardCharsets.UTF_8));
    if (!isThere) {
      throw ApiError.of(404, "not_found", "there is no such thing");
    }
    return Answer.text(200, "text/plain", "done");
  }

  @Override
  public CompletableFuture<Principal> admit(@Nullable String authorization, String peer) {
    return CompletableFuture.completedFuture(
        new Principal(1, 0, new Principal.Ticket(0, "token", 0, Scopes.ALL)));
  }

  @Override
  public CompletableFuture<Boolean> refresh() {
    return refresh.get();
  }

  @Override
  public void requireRoom() {}

  @AfterEach
  void close() {
    listener.close(0);
    workers.shutdownNow();
    client.shutdownNow();
  }

  private int status(String path) throws Exception {
    calls.clear();
    return client
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + listener.port() + path))
                .POST(HttpRequest.BodyPublishers.ofString("{\"a\":1}"))
                .build(),
            HttpResponse.BodyHandlers.ofString())
        .statusCode();
  }

  @Test
  void whatAnotherNodeHasCreatedIsFound() throws Exception {
    refresh =
        () ->
            CompletableFuture.supplyAsync(
                () -> {
                  isThere = true;
                  return true;
                });
    for (String path : List.of("/blocking", "/direct", "/throwing")) {
      isThere = false;
      assertThat(status(path)).as(path).isEqualTo(200);
      assertThat(calls).as(path).containsExactly("{\"a\":1}", "{\"a\":1}");
      assertThat(status(path)).as(path).isEqualTo(200);
      assertThat(calls).as("found at once").hasSize(1);
    }
  }

  @Test
  void whatIsNowhereIsLookedForTwice() throws Exception {
    refresh = () -> CompletableFuture.supplyAsync(() -> true);
    for (String path : List.of("/blocking", "/direct", "/throwing")) {
      assertThat(status(path)).as(path).isEqualTo(404);
      assertThat(calls).as(path).hasSize(2);
    }
  }

  @Test
  void oneProcessLooksOnce() throws Exception {
    assertThat(status("/blocking")).isEqualTo(404);
    assertThat(calls).hasSize(1);
  }

  @Test
  void aStoreThatDoesNotAnswerIsTheAnswer() throws Exception {
    refresh =
        () ->
            CompletableFuture.supplyAsync(
                () -> {
                  throw ApiError.of(503, "store_failed", "the store does not answer");
                });
    assertThat(status("/direct")).isEqualTo(503);
    assertThat(calls).hasSize(1);
  }

  @Test
  void aStoreThatIsKnownToBeAwayIsTheAnswer() throws Exception {
    ApiError away = ApiError.of(503, "store_failed", "the store does not answer");
    for (Supplier<CompletableFuture<Boolean>> failing :
        List.<Supplier<CompletableFuture<Boolean>>>of(
            () -> CompletableFuture.failedFuture(away),
            () -> {
              throw away;
            })) {
      refresh = failing;
      for (String path : List.of("/blocking", "/direct", "/throwing")) {
        assertThat(status(path)).as(path).isEqualTo(503);
        assertThat(calls).as(path).hasSize(1);
      }
    }
  }
}
