package dev.posthorn.transport.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.posthorn.HttpTransportOptions;
import dev.posthorn.spi.transport.ErrorClass;
import dev.posthorn.spi.transport.ExchangeResult;
import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.Receiver;
import dev.posthorn.testkit.receiver.TestCertificate;
import io.netty.handler.ssl.OpenSsl;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TlsTest {

  private static TestCertificate certificate;

  @TempDir private static Path directory;

  @BeforeAll
  static void makeCertificate() {
    certificate = TestCertificate.of("receiver.test", "*.receiver.test", "single", "127.0.0.1");
    certificate.writePem(directory.resolve("ca.pem"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void exchanges_over_tls_keep_name_and_certificate_check(boolean nativeIo) {
    try (Receiver receiver = Receiver.answering(certificate, request -> Answer.status(200));
        Client client = new Client(trusting().nativeIo(nativeIo).build())) {
      ExchangeResult.Response first = client.respond(receiver.url("receiver.test", "/"), "1");
      ExchangeResult.Response second = client.respond(receiver.url("receiver.test", "/"), "2");

      assertThat(first.timings().tls()).isPositive();
      assertThat(second.timings().tls()).isZero();
      assertThat(receiver.requests().getFirst().header("host"))
          .isEqualTo("receiver.test:" + receiver.port());
      assertThat(receiver.connections()).isEqualTo(1);
    }
  }

  @Test
  void an_idle_connection_counts_as_four_without_tls() {
    CountDownLatch all = new CountDownLatch(4);
    try (Receiver receiver =
            Receiver.answering(
                certificate,
                request -> {
                  all.countDown();
                  Await.until("all four are there", () -> all.getCount() == 0);
                  return Answer.status(200);
                });
        Client client = new Client(trusting().http2(false).maxIdleConnections(5).build())) {
      List<CompletableFuture<ExchangeResult>> results = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        results.add(client.start(Client.request(receiver.url("receiver.test", "/" + i), "x")));
      }
      results.forEach(Client::get);

      Await.until("two connections are left", () -> client.transport.openConnections() == 2);
    }
  }

  /** BoringSSL does not support them, the JDK does. */
  @ParameterizedTest
  @ValueSource(strings = {"P-521", "Ed25519"})
  void certificates_of_rare_kinds_will_do(String kind) {
    TestCertificate rare =
        kind.equals("P-521")
            ? TestCertificate.p521("receiver.test")
            : TestCertificate.ed25519("receiver.test");
    Path ca = rare.writePem(directory.resolve(kind + ".pem"));
    try (Receiver receiver = Receiver.answering(rare, request -> Answer.status(200));
        Client client = new Client(trusting().trustedCertificates(ca).build())) {
      assertThat(client.respond(receiver.url("receiver.test", "/"), "1").status()).isEqualTo(200);
      int connections = receiver.connections();
      assertThat(client.respond(receiver.url("receiver.test", "/"), "2").status()).isEqualTo(200);
      assertThat(receiver.connections()).isEqualTo(connections).isEqualTo(2);
    }
  }

  /** The JDK does not allow underscores in names, neither as a client nor as a server. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void names_with_an_underscore_are_checked_too(boolean nativeIo) throws SSLException {
    assumeTrue(OpenSsl.isAvailable());
    try (Http2Receiver receiver = Http2Receiver.natively(certificate);
        Client client = new Client(trusting().nativeIo(nativeIo).build())) {
      assertThat(client.respond(receiver.url("my_hooks.receiver.test", "/"), "1").status())
          .isEqualTo(200);
      for (String other : List.of("my_hooks.other.test", "a.my_hooks.receiver.test", "my_hooks")) {
        assertThat(client.post(receiver.url(other, "/"), "2"))
            .isInstanceOfSatisfying(
                ExchangeResult.Failure.class,
                failure -> assertThat(failure.error()).isInstanceOf(ErrorClass.Tls.class));
      }
      assertThat(receiver.requests).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"single", "127.0.0.1"})
  void names_without_a_dot_and_addresses_are_checked_too(String host) {
    try (Receiver receiver = Receiver.answering(certificate, request -> Answer.status(200));
        Client client = new Client(trusting().build())) {
      assertThat(client.respond(receiver.url(host, "/"), "1").status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_certificate_for_another_name_is_refused(boolean nativeIo) {
    try (Receiver receiver = Receiver.answering(certificate, request -> Answer.status(200));
        Client client = new Client(trusting().nativeIo(nativeIo).build())) {
      ExchangeResult result = client.post(receiver.url("other.test", "/"), "1");

      assertThat(result)
          .isInstanceOfSatisfying(
              ExchangeResult.Failure.class,
              failure -> {
                assertThat(failure.error().code()).isEqualTo("tls");
                assertThat(failure.detail()).contains("other.test");
              });
      assertThat(receiver.count()).isZero();
    }
  }

  @Test
  void a_certificate_that_nobody_vouches_for_is_refused() {
    try (Receiver receiver = Receiver.answering(certificate, request -> Answer.status(200));
        Client client = new Client(local().build())) {
      ExchangeResult result = client.post(receiver.url("receiver.test", "/"), "1");

      assertThat(result)
          .isInstanceOfSatisfying(
              ExchangeResult.Failure.class,
              failure -> assertThat(failure.error().code()).isEqualTo("tls"));
      client.awaitNoConnections();
    }
  }

  @Test
  void a_handshake_that_cannot_begin_is_told_at_once() {
    try (Receiver receiver = Receiver.answering(certificate, request -> Answer.status(200));
        Client client = new Client(trusting().build())) {
      ExchangeResult result = client.post(receiver.url("under_score.test", "/"), "1");

      assertThat(result)
          .isInstanceOfSatisfying(
              ExchangeResult.Failure.class,
              failure -> assertThat(failure.error().code()).isEqualTo("tls"));
      client.awaitNoConnections();
    }
  }

  private static HttpTransportOptions.Builder local() {
    return Client.local()
        .resolver(
            host -> CompletableFuture.completedStage(List.of(InetAddress.getLoopbackAddress())));
  }

  private static HttpTransportOptions.Builder trusting() {
    return local().trustedCertificates(directory.resolve("ca.pem"));
  }
}
