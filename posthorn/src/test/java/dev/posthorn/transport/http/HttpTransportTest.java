package dev.posthorn.transport.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.spi.runtime.Loop;
import dev.posthorn.spi.transport.ErrorClass;
import dev.posthorn.spi.transport.ExchangeResult;
import dev.posthorn.spi.transport.HttpRequest;
import dev.posthorn.spi.transport.HttpTarget;
import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.ReceivedRequest;
import dev.posthorn.testkit.receiver.Receiver;
import java.net.InetAddress;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpTransportTest {

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void sends_the_exact_request_and_returns_the_response(boolean nativeIo) {
    try (Receiver receiver =
            Receiver.answering(
                request -> Answer.status(202).header("Retry-After", "7").body("thank you"));
        Client client = new Client(Client.local().nativeIo(nativeIo).build())) {
      ExchangeResult.Response response =
          client.respond(
              receiver.url("/hooks?a=1"), "{\"é\":1}", "webhook-id", "msg_1", "X-Key", "k");

      assertThat(response.status()).isEqualTo(202);
      assertThat(response.retryAfter()).isEqualTo("7");
      assertThat(response.excerpt()).asString().isEqualTo("thank you");
      assertThat(response.bodyError()).isNull();
      ReceivedRequest request = receiver.requests().getFirst();
      assertThat(request.method()).isEqualTo("POST");
      assertThat(request.path()).isEqualTo("/hooks?a=1");
      assertThat(request.body()).isEqualTo("{\"é\":1}".getBytes(StandardCharsets.UTF_8));
      assertThat(request.header("Host")).isEqualTo("127.0.0.1:" + receiver.port());
      assertThat(request.header("Webhook-Id")).isEqualTo("msg_1");
      assertThat(request.header("X-Key")).isEqualTo("k");
      assertThat(request.headers()).hasSize(4);
    }
  }

  @Test
  void sends_a_path_as_its_url_has_it() {
    try (Receiver receiver = Receiver.start();
        Client client = Client.open()) {
      client.respond(receiver.url("/a b/../e\u0301|{\"^`}?f[]=\"'%7c"), "x");

      assertThat(receiver.requests().getFirst().path())
          .isEqualTo("/a%20b/../e%CC%81%7C%7B%22%5E%60%7D?f%5B%5D=%22'%7c");
    }
  }

  @Test
  void reads_a_response_in_its_own_charset() {
    try (Receiver receiver =
            Receiver.answering(
                request ->
                    Answer.status(400)
                        .header("Content-Type", "text/plain; charset=windows-1252")
                        .body("caf\u00c3\u00a9"));
        Client client = Client.open()) {
      byte[] sent = "caf\u00c3\u00a9".getBytes(StandardCharsets.UTF_8);

      assertThat(client.respond(receiver.url("/"), "x").excerpt())
          .asString(StandardCharsets.UTF_8)
          .isEqualTo(new String(sent, Charset.forName("windows-1252")));
    }
  }

  @Test
  void reuses_a_connection_and_counts_no_time_for_it() {
    try (Receiver receiver = Receiver.start();
        Client client = Client.open()) {
      ExchangeResult.Response first = client.respond(receiver.url("/"), "1");
      ExchangeResult.Response second = client.respond(receiver.url("/other"), "2");

      assertThat(receiver.connections()).isEqualTo(1);
      assertThat(first.timings().connect()).isPositive();
      assertThat(second.timings().connect()).isZero();
      assertThat(second.timings().firstByte()).isPositive();
      assertThat(second.timings().total()).isGreaterThanOrEqualTo(second.timings().firstByte());
    }
  }

  @Test
  void sends_a_large_body_whole_to_a_receiver_that_reads_slowly() {
    byte[] body = new byte[3_000_000];
    new Random(1).nextBytes(body);
    try (Receiver receiver = Receiver.start();
        Client client = Client.open()) {
      HttpTarget target = HttpTarget.parse(receiver.url("/"));
      for (int i = 1; i <= 2; i++) {
        assertThat(client.exchange(new HttpRequest(target, new String[0], body, Client.GENEROUS)))
            .isInstanceOf(ExchangeResult.Response.class);
      }
      assertThat(receiver.requests()).allSatisfy(r -> assertThat(r.body()).isEqualTo(body));
      assertThat(receiver.connections()).isEqualTo(1);
    }
  }

  @Test
  void closes_idle_connections_after_a_while() {
    try (Receiver receiver = Receiver.start();
        Client client = new Client(Client.local().idleTimeout(Duration.ofMillis(100)).build())) {
      client.respond(receiver.url("/"), "1");

      client.awaitNoConnections();
    }
  }

  /** Closing all of them at once would delay all other work of the loop. */
  @Test
  void closes_idle_connections_a_few_at_a_time() {
    int connections = 100;
    CountDownLatch all = new CountDownLatch(connections);
    try (Receiver receiver = Receiver.answering(request -> afterAll(all));
        Client client = new Client(Client.local().idleTimeout(Duration.ofMillis(100)).build())) {
      List<CompletableFuture<ExchangeResult>> results = new ArrayList<>();
      for (int i = 0; i < connections; i++) {
        results.add(client.start(Client.request(receiver.url("/" + i), "x")));
      }
      LoopWatch watch = new LoopWatch(client.transport);
      results.forEach(Client::get);
      client.awaitNoConnections();

      assertThat(watch.mostClosedTogether()).isBetween(1, 70);
    }
  }

  private static Answer afterAll(CountDownLatch all) {
    all.countDown();
    try {
      assertThat(all.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return Answer.status(200);
  }

  /** Counts the connections that a transport's loop closed between any two of its tasks. */
  private static final class LoopWatch implements Runnable {
    private final HttpTransport transport;
    private final Loop loop;
    private int open;
    private volatile int most;

    LoopWatch(HttpTransport transport) {
      this.transport = transport;
      this.loop = transport.scheduler().loops().getFirst();
      loop.execute(this);
    }

    @Override
    public void run() {
      int now = transport.openConnections();
      most = Math.max(most, open - now);
      open = now;
      loop.schedule(100_000, this);
    }

    int mostClosedTogether() {
      return most;
    }
  }

  @Test
  void keeps_a_connection_no_longer_than_the_receiver_announces() {
    try (Receiver receiver =
            Receiver.answering(request -> Answer.status(200).header("Keep-Alive", "timeout=1"));
        Client client = Client.open()) {
      client.respond(receiver.url("/"), "1");
      client.respond(receiver.url("/"), "2");

      assertThat(receiver.connections()).isEqualTo(2);
    }
  }

  @Test
  void keeps_no_more_idle_connections_than_told() {
    try (Receiver receiver =
            Receiver.answering(request -> Answer.status(200).after(Duration.ofMillis(50)));
        Client client = new Client(Client.local().maxIdleConnections(1).build())) {
      List<CompletableFuture<ExchangeResult>> results = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        results.add(client.start(Client.request(receiver.url("/" + i), "x")));
      }
      results.forEach(Client::get);

      Await.until("one connection is left", () -> client.transport.openConnections() == 1);
    }
  }

  @Test
  void idle_connections_make_room_for_new_ones() {
    try (Receiver one = Receiver.start();
        Receiver two = Receiver.start();
        Receiver three = Receiver.start();
        Client client = new Client(Client.local().maxConnections(2).build())) {
      for (Receiver receiver : List.of(one, two, three, one)) {
        assertThat(client.respond(receiver.url("/"), "x").status()).isEqualTo(200);
        assertThat(client.transport.openConnections()).isLessThanOrEqualTo(2);
      }
    }
  }

  @Test
  void who_finds_all_connections_in_use_blames_nobody() {
    CountDownLatch release = new CountDownLatch(1);
    try (Receiver receiver = Receiver.answering(request -> waitFor(release));
        Client client = new Client(Client.local().maxConnections(2).build())) {
      List<CompletableFuture<ExchangeResult>> first = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        first.add(client.start(Client.request(receiver.url("/"), "x")));
      }
      receiver.awaitRequests(2);

      assertThat(client.post(receiver.url("/"), "x").isOwnShortage()).isTrue();
      release.countDown();
      first.forEach(r -> assertThat(Client.get(r)).isInstanceOf(ExchangeResult.Response.class));
    }
  }

  @Test
  void a_header_that_would_end_its_line_is_not_sent() {
    try (Receiver receiver = Receiver.start();
        Client client = Client.open()) {
      ExchangeResult result = client.post(receiver.url("/"), "x", "X-Bad", "a\r\nX-Evil: 1");

      assertThat(result)
          .isInstanceOfSatisfying(
              ExchangeResult.Failure.class,
              failure -> {
                assertThat(failure.error()).isInstanceOf(ErrorClass.Protocol.class);
                assertThat(failure.detail()).contains("X-Bad");
              });
      assertThat(receiver.count()).isZero();
    }
  }

  @Test
  void a_request_that_cannot_be_made_is_felt_by_no_other() {
    CompletableFuture<List<InetAddress>> addresses = new CompletableFuture<>();
    try (Receiver receiver = Receiver.start();
        Client client = new Client(Client.local().resolver(host -> addresses).build())) {
      String url = receiver.url("name.test", "/");
      CompletableFuture<ExchangeResult> bad = client.start(malformed(url));
      CompletableFuture<ExchangeResult> good = client.start(Client.request(url, "x"));
      addresses.complete(List.of(InetAddress.getLoopbackAddress()));
      assertThat(Client.get(good)).isInstanceOf(ExchangeResult.Response.class);
      assertProtocol(Client.get(bad));

      // Over the connection that is idle now, which is not kept.
      assertProtocol(client.exchange(malformed(url)));
      client.awaitNoConnections();
    }
  }

  /** Returns a request with a header name that lacks a value. */
  private static HttpRequest malformed(String url) {
    return Client.request(url, "x", "X-Bad");
  }

  private static void assertProtocol(ExchangeResult result) {
    assertThat(result)
        .isInstanceOfSatisfying(
            ExchangeResult.Failure.class,
            failure -> assertThat(failure.error()).isInstanceOf(ErrorClass.Protocol.class));
  }

  @Test
  void a_callback_that_throws_harms_nobody() {
    try (Receiver receiver = Receiver.start();
        Client client = Client.open()) {
      var loop = client.transport.scheduler().loops().getFirst();
      loop.execute(
          () ->
              client.transport.exchange(
                  loop,
                  Client.request(receiver.url("/"), "1"),
                  result -> {
                    throw new IllegalStateException("thrown on purpose");
                  }));
      receiver.awaitRequests(1);

      assertThat(client.respond(receiver.url("/"), "2").status()).isEqualTo(200);
    }
  }

  @Test
  void done_is_not_called_from_within_the_call() throws Exception {
    try (Client client = new Client(Client.local().build())) {
      var loop = client.transport.scheduler().loops().getFirst();
      AtomicReference<String> order = new AtomicReference<>("");
      CompletableFuture<String> seen = new CompletableFuture<>();
      loop.execute(
          () -> {
            client.transport.exchange(
                loop,
                Client.request("http://10.0.0.1/", "x"),
                result -> seen.complete(order.accumulateAndGet("done", String::concat)));
            order.accumulateAndGet("returned,", String::concat);
          });

      assertThat(seen.get(20, java.util.concurrent.TimeUnit.SECONDS)).isEqualTo("returned,done");
    }
  }

  @Test
  void closing_ends_what_is_under_way() {
    CountDownLatch release = new CountDownLatch(1);
    try (Receiver receiver = Receiver.answering(request -> waitFor(release))) {
      Client client = Client.open();
      List<CompletableFuture<ExchangeResult>> results = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        results.add(client.start(Client.request(receiver.url("/"), "x")));
      }
      receiver.awaitRequests(4);
      client.transport.close();

      results.forEach(
          result ->
              assertThat(Client.get(result))
                  .isInstanceOfSatisfying(
                      ExchangeResult.Failure.class,
                      failure ->
                          assertThat(failure.error().code()).isEqualTo("short_of_transport")));
      Loop loop = client.transport.scheduler().loops().getFirst();
      HttpRequest late = Client.request(receiver.url("/"), "late");
      assertThatThrownBy(() -> client.transport.exchange(loop, late, result -> {}))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("closed");
      client.close();
      release.countDown();
    }
  }

  @Test
  void a_loop_of_another_transport_is_refused() {
    try (Client one = Client.open();
        Client two = Client.open()) {
      HttpTransport transport = one.transport;
      var stranger = two.transport.scheduler().loops().getFirst();

      assertThatThrownBy(
              () ->
                  transport.exchange(
                      stranger, Client.request("http://127.0.0.1/", ""), result -> {}))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("loop:");
    }
  }

  private static Answer waitFor(CountDownLatch release) {
    try {
      release.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Answer.status(200);
  }
}
