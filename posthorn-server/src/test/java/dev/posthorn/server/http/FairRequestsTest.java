package dev.posthorn.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.internal.fair.FairExecutor;
import dev.posthorn.internal.fair.Shares;
import dev.posthorn.server.auth.Principal;
import dev.posthorn.server.auth.Scopes;
import dev.posthorn.testkit.receiver.Await;
import io.vertx.core.http.HttpServerOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An application or environment with many requests does not take the threads of others. */
class FairRequestsTest implements Authenticator {
  private final CountDownLatch release = new CountDownLatch(1);
  private final AtomicInteger working = new AtomicInteger();
  private final FairExecutor workers =
      new FairExecutor("test", Shares.ofMembers(8), Shares.ofMembers(64));
  private final HttpListener listener =
      new HttpListener(
              new HttpServerOptions().setHost("127.0.0.1").setPort(0),
              TestFront.LIMITS,
              this,
              new HttpListener.Service(List.of(operation()), workers::execute))
          .listen(1);
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private Operation operation() {
    return new Operation(
        "get",
        "GET",
        "/app/{app_id}/{how}",
        Operation.Access.APPLICATION,
        new Operation.Docs("Test", "", List.of(), null, List.of()),
        new Operation.Blocking(this::answer));
  }

  private Answer answer(Call call) {
    if (call.path("how").equals("slowly")) {
      working.incrementAndGet();
      try {
        release.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return Answer.text(200, "text/plain", "done");
  }

  /** Authenticates test tokens, which name their environment and application. */
  @Override
  public CompletableFuture<Principal> admit(@Nullable String authorization, String peer) {
    String[] parts = String.valueOf(authorization).split(" ", -1);
    return CompletableFuture.completedFuture(
        new Principal(
            Long.parseLong(parts[0]),
            Long.parseLong(parts[1]),
            new Principal.Ticket(0, "token", 0, Scopes.ALL)));
  }

  @Override
  public void requireRoom() {}

  @AfterEach
  void close() {
    release.countDown();
    listener.close(0);
    workers.close();
    client.shutdownNow();
  }

  private CompletableFuture<HttpResponse<String>> ask(String token, String path) {
    return client.sendAsync(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + listener.port() + path))
            .header("Authorization", token)
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private int status(String token, String path) throws Exception {
    return ask(token, path).get(30, TimeUnit.SECONDS).statusCode();
  }

  private List<CompletableFuture<HttpResponse<String>>> flood(String token, String path) {
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      answers.add(ask(token, path));
    }
    return answers;
  }

  private static long refused(List<CompletableFuture<HttpResponse<String>>> answers) {
    return answers.stream().filter(CompletableFuture::isDone).count();
  }

  @Test
  void anApplicationThatAsksForMuchIsRefusedAndOthersAreNot() throws Exception {
    List<CompletableFuture<HttpResponse<String>>> answers = flood("1 7", "/app/x/slowly");
    // It may use 2 of 8 threads and 16 of 64 places.
    Await.until("what is too much is refused", () -> refused(answers) == 40 - 2 - 16);
    assertThat(working).hasValue(2);
    for (CompletableFuture<HttpResponse<String>> answer : answers) {
      if (answer.isDone()) {
        assertThat(answer.join().statusCode()).isEqualTo(503);
        assertThat(answer.join().headers().firstValue("Retry-After")).isPresent();
      }
    }
    assertThat(status("1 8", "/app/x/soon")).isEqualTo(200);
    assertThat(status("1 0", "/app/x/soon")).isEqualTo(200);
    assertThat(status("2 0", "/app/x/soon")).isEqualTo(200);
  }

  @Test
  void anEnvironmentThatAsksForMuchByManyNamesLeavesHalfToOthers() throws Exception {
    for (int i = 0; i < 40; i++) {
      var unused = ask("1 0", "/app/name-" + i + "/slowly");
    }
    Await.until("half of the threads work", () -> working.get() == 4);
    assertThat(status("2 0", "/app/x/soon")).isEqualTo(200);
    assertThat(working).hasValue(4);
  }
}
