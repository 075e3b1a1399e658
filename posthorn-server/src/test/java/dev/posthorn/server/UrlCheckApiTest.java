package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.ReceivedRequest;
import dev.posthorn.testkit.receiver.Receiver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The check of a URL before it becomes an endpoint: what it sends, and what it does not tell. */
class UrlCheckApiTest {
  @AutoClose private static final ServerFixture SERVER = ServerFixture.start();

  private final ApiClient api = SERVER.api();
  private ApiClient customer = api;
  private String path = "";

  @BeforeEach
  void create() {
    String app = api.post("/api/v1/app", "{\"name\":\"Acme\"}").expect(201).id();
    customer = SERVER.application(app);
    path = "/api/v1/app/" + app + "/endpoint-url/check";
  }

  private Reply check(String url) {
    return customer.post(path, "{\"url\":\"" + url + "\"}").expect(200);
  }

  @Test
  void oneUnsignedRequestIsSentAndTheBodyOfTheResponseIsNotShown() {
    try (Receiver receiver =
        Receiver.answering(request -> Answer.status(302).body("a secret page"))) {
      Reply reply = check(receiver.url("/hooks?a=b"));
      assertThat(reply.at("/reached").asBoolean()).isTrue();
      assertThat(reply.at("/status").asInt()).isEqualTo(302);
      assertThat(reply.at("/error").isNull()).isTrue();
      assertThat(reply.text()).doesNotContain("a secret page");
      assertThat(receiver.requests()).hasSize(1);
      ReceivedRequest request = receiver.requests().getFirst();
      assertThat(request.path()).isEqualTo("/hooks?a=b");
      assertThat(request.text()).isEqualTo("{}");
      assertThat(request.header("webhook-signature")).isNull();
    }
  }

  @Test
  void namesAndPrivateAddressesLookAlike() {
    Reply unknown = check("https://no-such-host.example/");
    assertThat(unknown.at("/reached").asBoolean()).isFalse();
    assertThat(unknown.at("/status").isNull()).isTrue();
    for (String url :
        List.of("http://10.1.2.3/", "http://169.254.169.254/latest", "http://[::1]/")) {
      Reply refused = check(url);
      assertThat(refused.at("/error")).as(url).isEqualTo(unknown.at("/error"));
      assertThat(refused.at("/detail")).as(url).isEqualTo(unknown.at("/detail"));
    }
  }

  @Test
  void theServersOwnListenerIsNotReached() {
    assertThat(check(SERVER.server().url() + "/api/v1/health").at("/reached").asBoolean())
        .isFalse();
  }

  @Test
  void aPortWhereNobodyListensIsToldWithoutItsReason() throws IOException {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    Reply reply = check("http://127.0.0.1:" + free + "/");
    assertThat(reply.at("/error").asString()).isEqualTo("connect");
    assertThat(reply.at("/detail").asString())
        .isEqualTo("the connection could not be established, or it broke");
  }

  @Test
  void anApplicationChecksOneUrlAtATimeAndTenInAMinute() throws Exception {
    String other = api.post("/api/v1/app", "{\"name\":\"Other\"}").expect(201).id();
    CountDownLatch arrived = new CountDownLatch(1);
    CountDownLatch released = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        Receiver slow =
            Receiver.answering(
                request -> {
                  arrived.countDown();
                  awaitQuietly(released);
                  return Answer.status(200);
                });
        Receiver quick = Receiver.start()) {
      Future<Reply> first = threads.submit(() -> check(slow.url("/")));
      arrived.await();
      String url = "{\"url\":\"" + quick.url("/") + "\"}";
      Reply second = customer.post(path, url).expect(429);
      assertThat(second.at("/code").asString()).isEqualTo("too_many_checks");
      assertThat(second.header("Retry-After")).isEqualTo("1");
      SERVER
          .application(other)
          .post("/api/v1/app/" + other + "/endpoint-url/check", url)
          .expect(200);
      released.countDown();
      assertThat(first.get().at("/reached").asBoolean()).isTrue();
      for (int i = 1; i < 10; i++) {
        check(quick.url("/"));
      }
      customer.post(path, url).expect(429);
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void anInvalidUrlIsRefusedAsForAnEndpoint() {
    for (String url : List.of("ftp://example.com/", "https://user:word@example.com/", "nothing")) {
      Reply reply = customer.post(path, "{\"url\":\"" + url + "\"}").expect(422);
      assertThat(reply.at("/detail/0/loc").toString()).isEqualTo("[\"body\",\"url\"]");
    }
    SERVER
        .api()
        .post("/api/v1/app/app_unknown/endpoint-url/check", "{\"url\":\"https://a.b/\"}")
        .expect(404);
  }
}
