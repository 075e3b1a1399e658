package dev.posthorn.transport.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.HttpTransportOptions;
import dev.posthorn.spi.transport.ErrorClass;
import dev.posthorn.spi.transport.ExchangeLimits;
import dev.posthorn.spi.transport.ExchangeResult;
import dev.posthorn.spi.transport.HttpRequest;
import dev.posthorn.spi.transport.HttpTarget;
import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.Receiver;
import dev.posthorn.testkit.receiver.TestCertificate;
import io.netty.handler.codec.http2.Http2Headers;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Http2Test {

  private static TestCertificate certificate;

  @TempDir private static Path directory;

  @BeforeAll
  static void makeCertificate() {
    certificate = TestCertificate.of("receiver.test");
    certificate.writePem(directory.resolve("ca.pem"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void http_2_is_spoken_with_those_that_do(boolean nativeIo) throws SSLException {
    try (Http2Receiver receiver = new Http2Receiver(certificate, 100);
        Client client = new Client(options().nativeIo(nativeIo).build())) {
      ExchangeResult.Response first =
          client.respond(receiver.url("receiver.test", "/hooks?a=1"), "hello", "X-Key", "k");
      ExchangeResult.Response second = client.respond(receiver.url("receiver.test", "/"), "");

      assertThat(first.status()).isEqualTo(200);
      assertThat(first.retryAfter()).isEqualTo("3");
      assertThat(first.excerpt()).asString().isEqualTo("ok");
      assertThat(first.bodyError()).isNull();
      assertThat(first.timings().tls()).isPositive();
      assertThat(second.timings().tls()).isZero();
      Http2Headers request = receiver.requests.getFirst();
      assertThat(request.method()).asString().isEqualTo("POST");
      assertThat(request.path()).asString().isEqualTo("/hooks?a=1");
      assertThat("https://" + request.authority() + request.path())
          .isEqualTo(receiver.url("receiver.test", "/hooks?a=1"));
      assertThat(request.get("x-key")).asString().isEqualTo("k");
      assertThat(request.get("content-length")).asString().isEqualTo("5");
      assertThat(receiver.bodyBytes.get()).isEqualTo(5);
      assertThat(receiver.connections.get()).isEqualTo(1);
    }
  }

  @Test
  void many_exchanges_share_one_connection() throws SSLException {
    try (Http2Receiver receiver = new Http2Receiver(certificate, 100);
        Client client = new Client(options().build())) {
      client.respond(receiver.url("receiver.test", "/slow"), "first");
      all(client, receiver, 50);

      assertThat(receiver.connections.get()).isEqualTo(1);
      assertThat(receiver.mostStreams.get()).isGreaterThan(1);
    }
  }

  @Test
  void no_more_streams_are_open_than_the_receiver_takes() throws SSLException {
    try (Http2Receiver receiver = new Http2Receiver(certificate, 3);
        Client client = new Client(options().build())) {
      client.respond(receiver.url("receiver.test", "/slow"), "first");
      all(client, receiver, 20);

      assertThat(receiver.connections.get()).isBetween(1, 7);
      assertThat(receiver.mostOfOneConnection.get()).isLessThanOrEqualTo(3);
    }
  }

  /** Simulates ordered endpoints: one exchange each, all for one host. */
  @Test
  void many_endpoints_of_one_host_need_no_more_connections_than_streams() throws SSLException {
    try (Http2Receiver receiver = new Http2Receiver(certificate, 100);
        Client client = new Client(options().build())) {
      List<CompletableFuture<ExchangeResult>> results = new ArrayList<>();
      for (int i = 0; i < 900; i++) {
        results.add(client.start(Client.request(receiver.url("receiver.test", "/" + i), "x")));
      }
      results.forEach(r -> assertThat(Client.get(r)).isInstanceOf(ExchangeResult.Response.class));

      assertThat(receiver.connections.get()).isBetween(1, 9);
      assertThat(receiver.mostStreams.get()).isLessThanOrEqualTo(900);
    }
  }

  @Test
  void endpoints_take_turns_for_the_streams_of_one_host() throws SSLException {
    try (Http2Receiver receiver = new Http2Receiver(certificate, 1);
        Client client = new Client(options().build())) {
      List<CompletableFuture<ExchangeResult>> results = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        results.add(client.start(Client.request(receiver.url("receiver.test", "/many"), "x")));
      }
      for (int i = 0; i < 10; i++) {
        results.add(client.start(Client.request(receiver.url("receiver.test", "/one" + i), "x")));
      }
      results.forEach(r -> assertThat(Client.get(r)).isInstanceOf(ExchangeResult.Response.class));

      assertThat(receiver.connections.get()).isLessThanOrEqualTo(64);
      List<String> order = receiver.requests.stream().map(r -> r.path().toString()).toList();
      for (int i = 0; i < 10; i++) {
        assertThat(order.indexOf("/one" + i)).isLessThan(200);
      }
    }
  }

  @Test
  void who_waits_for_a_stream_in_vain_blames_nobody() throws SSLException {
    try (Http2Receiver receiver = new Http2Receiver(certificate, 1);
        Client client = new Client(options().build())) {
      for (int i = 0; i < 64; i++) {
        var unused = client.start(Client.request(receiver.url("receiver.test", "/hang"), "x"));
      }
      Await.until("all streams are taken", () -> receiver.requests.size() == 64);
      HttpTarget target = HttpTarget.parse(receiver.url("receiver.test", "/next"));
      ExchangeLimits impatient = new ExchangeLimits(200, 200, 20_000, 20_000, 10);
      ExchangeResult result =
          client.exchange(new HttpRequest(target, new String[0], new byte[0], impatient));

      assertThat(result.isOwnShortage()).isTrue();
    }
  }

  @Test
  void who_waits_while_the_host_does_not_answer_is_told_so() throws Exception {
    try (ServerSocket deaf = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Client client = new Client(options().build())) {
      List<CompletableFuture<ExchangeResult>> results = new ArrayList<>();
      ExchangeLimits limits = new ExchangeLimits(300, 300, 20_000, 20_000, 10);
      for (int i = 0; i < 20; i++) {
        HttpTarget target =
            HttpTarget.parse("https://receiver.test:" + deaf.getLocalPort() + "/" + i);
        results.add(client.start(new HttpRequest(target, new String[0], new byte[0], limits)));
      }
      for (CompletableFuture<ExchangeResult> result : results) {
        ExchangeResult.Failure failure = (ExchangeResult.Failure) Client.get(result);
        assertThat(failure.error().code()).isIn("timeout_connect", "timeout_tls");
      }
    }
  }

  @Test
  void a_large_body_is_sent_whole() throws SSLException {
    try (Http2Receiver receiver = new Http2Receiver(certificate, 100);
        Client client = new Client(options().build())) {
      HttpTarget target = HttpTarget.parse(receiver.url("receiver.test", "/"));
      client.exchange(new HttpRequest(target, new String[0], new byte[2_000_000], Client.GENEROUS));

      assertThat(receiver.bodyBytes.get()).isEqualTo(2_000_000);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/refused-once", "/goaway-unprocessed"})
  void what_the_receiver_says_it_did_not_act_on_is_sent_again(String path) throws SSLException {
    try (Http2Receiver receiver = new Http2Receiver(certificate, 100);
        Client client = new Client(options().build())) {
      ExchangeResult.Response response =
          client.respond(receiver.url("receiver.test", path), "hello");

      assertThat(response.excerpt()).asString().isEqualTo("again");
      assertThat(receiver.requests).hasSize(2);
    }
  }

  @Test
  void what_has_begun_to_be_answered_is_not_sent_again() throws SSLException {
    try (Http2Receiver receiver = new Http2Receiver(certificate, 100);
        Client client = new Client(options().build())) {
      ExchangeResult.Response response =
          client.respond(receiver.url("receiver.test", "/refused-late"), "hello");

      assertThat(response.status()).isEqualTo(200);
      assertThat(response.bodyError()).isInstanceOf(ErrorClass.Connect.class);
      assertThat(receiver.requests).hasSize(1);
    }
  }

  @Test
  void what_is_refused_again_and_again_fails() throws SSLException {
    try (Http2Receiver receiver = new Http2Receiver(certificate, 100);
        Client client = new Client(options().build())) {
      ExchangeResult result = client.post(receiver.url("receiver.test", "/refused"), "hello");

      assertThat(((ExchangeResult.Failure) result).error()).isInstanceOf(ErrorClass.Connect.class);
      assertThat(receiver.requests).hasSize(2);
    }
  }

  @Test
  void a_receiver_that_goes_away_gets_the_next_request_on_a_new_connection() throws SSLException {
    try (Http2Receiver receiver = new Http2Receiver(certificate, 100);
        Client client = new Client(options().build())) {
      client.respond(receiver.url("receiver.test", "/goaway"), "1");
      dev.posthorn.testkit.receiver.Await.until(
          "the first connection is closed", () -> client.transport.openConnections() == 0);
      client.respond(receiver.url("receiver.test", "/"), "2");

      assertThat(receiver.connections.get()).isEqualTo(2);
    }
  }

  @Test
  void a_connection_that_closes_while_it_is_used_again_costs_nothing() throws SSLException {
    try (Http2Receiver receiver = new Http2Receiver(certificate, 100);
        Client client = new Client(options().build())) {
      client.respond(receiver.url("receiver.test", "/"), "1");
      ExchangeResult.Response second =
          client.respond(receiver.url("receiver.test", "/close-second"), "2");

      assertThat(second.excerpt()).asString().isEqualTo("again");
      assertThat(receiver.requests).hasSize(3);
      assertThat(receiver.connections.get()).isEqualTo(2);
    }
  }

  /**
   * Tests that a request is not sent again over an older connection: when a receiver ends, all its
   * connections do.
   */
  @Test
  void what_is_sent_again_goes_over_no_connection_from_before() throws Exception {
    try (Http2Receiver receiver = new Http2Receiver(certificate, 1);
        Client client = new Client(options().build())) {
      client.respond(receiver.url("receiver.test", "/"), "first");
      all(client, receiver, 3);
      assertThat(receiver.connections.get()).isBetween(2, 4);
      CompletableFuture<ExchangeResult> next =
          new HeldLoop(client)
              .then(
                  receiver::closeConnections,
                  Client.request(receiver.url("receiver.test", "/"), "next"));

      assertThat(Client.get(next)).isInstanceOf(ExchangeResult.Response.class);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/reset, connect",
    "/close, connect",
    "/hang, timeout_first_byte",
    "/status, protocol",
    "/continues, protocol",
    "/large-headers, protocol"
  })
  void misbehaviour_has_a_name(String path, String code) throws SSLException {
    try (Http2Receiver receiver = new Http2Receiver(certificate, 100);
        Client client = new Client(options().build())) {
      ExchangeResult result = client.exchange(hurried(receiver, path, code));

      assertThat(result)
          .isInstanceOfSatisfying(
              ExchangeResult.Failure.class,
              failure -> assertThat(failure.error().code()).as(failure.detail()).isEqualTo(code));
      client.awaitNoConnections();
      assertThat(receiver.requests).hasSize(1);
    }
  }

  @ParameterizedTest
  @CsvSource({"/endless, body_too_large", "/stalls, timeout_body"})
  void the_status_counts_whatever_becomes_of_the_body(String path, String code)
      throws SSLException {
    try (Http2Receiver receiver = new Http2Receiver(certificate, 100);
        Client client = new Client(options().build())) {
      ExchangeResult.Response response =
          (ExchangeResult.Response) client.exchange(hurried(receiver, path, code));

      assertThat(response.status()).isEqualTo(200);
      assertThat(response.bodyError()).isNotNull().extracting(ErrorClass::code).isEqualTo(code);
      assertThat(response.excerpt()).hasSizeLessThanOrEqualTo(1024);
      client.awaitNoConnections();
      assertThat(receiver.sent.get()).isLessThan(1_000_000);
    }
  }

  @Test
  void who_requires_http_1_1_is_asked_by_it_from_then_on() throws SSLException {
    try (Http2Receiver receiver = new Http2Receiver(certificate, 100);
        Client client = new Client(options().build())) {
      for (int i = 1; i <= 3; i++) {
        ExchangeResult.Response response =
            client.respond(receiver.url("receiver.test", "/http1"), "x");

        assertThat(response.status()).isEqualTo(200);
        assertThat(receiver.http1Requests.get()).isEqualTo(i);
      }
      assertThat(receiver.requests).hasSize(1);
    }
  }

  @Test
  void http_1_1_is_spoken_with_those_that_do_not_know_http_2() {
    try (Receiver receiver = Receiver.answering(certificate, request -> Answer.status(200));
        Client client = new Client(options().build())) {
      assertThat(client.respond(receiver.url("receiver.test", "/"), "1").status()).isEqualTo(200);
    }
  }

  private static void all(Client client, Http2Receiver receiver, int exchanges) {
    HttpTarget target = HttpTarget.parse(receiver.url("receiver.test", "/slow"));
    List<CompletableFuture<ExchangeResult>> results = new ArrayList<>();
    for (int i = 0; i < exchanges; i++) {
      results.add(
          client.start(new HttpRequest(target, new String[0], new byte[10], Client.GENEROUS)));
    }
    results.forEach(r -> assertThat(Client.get(r)).isInstanceOf(ExchangeResult.Response.class));
  }

  private static HttpRequest hurried(Http2Receiver receiver, String path, String code) {
    return new HttpRequest(
        HttpTarget.parse(receiver.url("receiver.test", path)),
        new String[0],
        new byte[10],
        new ExchangeLimits(
            20_000,
            20_000,
            code.equals("timeout_first_byte") ? 400 : 20_000,
            code.equals("timeout_body") ? 800 : 20_000,
            1024));
  }

  private static HttpTransportOptions.Builder options() {
    return Client.local()
        .idleTimeout(Duration.ofMillis(500))
        .trustedCertificates(directory.resolve("ca.pem"))
        .resolver(
            host -> CompletableFuture.completedStage(List.of(InetAddress.getLoopbackAddress())));
  }
}
