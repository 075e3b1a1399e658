package dev.posthorn.testkit.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.Receiver;
import dev.posthorn.testkit.receiver.TestCertificate;
import dev.posthorn.transport.ErrorClass;
import dev.posthorn.transport.ExchangeResult;
import dev.posthorn.transport.http.EgressProxy;
import dev.posthorn.transport.http.HttpTransportOptions;
import dev.posthorn.transport.http.Resolver;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProxyTest {

  @TempDir private Path directory;

  @Test
  void a_plain_target_is_reached_through_a_tunnel_to_the_checked_address() throws Exception {
    try (ConnectProxy proxy = ConnectProxy.start("HTTP/1.1 200 OK");
        Receiver receiver = Receiver.start();
        Client client = new Client(through(EgressProxy.at("127.0.0.1", proxy.port())).build())) {
      client.respond(receiver.url("name.test", "/hooks"), "1");
      client.respond(receiver.url("name.test", "/hooks"), "2");

      assertThat(proxy.heads()).hasSize(1);
      assertThat(proxy.heads().getFirst())
          .startsWith("CONNECT 127.0.0.1:" + receiver.port() + " HTTP/1.1")
          .doesNotContain("name.test")
          .doesNotContainIgnoringCase("proxy-authorization");
      assertThat(receiver.requests().getFirst().path()).isEqualTo("/hooks");
      assertThat(receiver.requests().getFirst().header("host"))
          .isEqualTo("name.test:" + receiver.port());
    }
  }

  @Test
  void a_tls_target_is_reached_through_a_tunnel_and_its_certificate_checked() throws Exception {
    TestCertificate certificate = TestCertificate.of("name.test");
    try (ConnectProxy proxy = ConnectProxy.start("HTTP/1.1 200 OK");
        Receiver receiver = Receiver.answering(certificate, request -> Answer.status(200));
        Client client =
            new Client(
                through(new EgressProxy("127.0.0.1", proxy.port(), "me", "secret"))
                    .trustedCertificates(certificate.writePem(directory.resolve("ca.pem")))
                    .build())) {
      ExchangeResult.Response good = client.respond(receiver.url("name.test", "/"), "1");
      ExchangeResult bad = client.post(receiver.url("other.test", "/"), "2");

      assertThat(good.timings().tls()).isPositive();
      assertThat(proxy.heads().getFirst())
          .startsWith("CONNECT 127.0.0.1:" + receiver.port())
          .containsIgnoringCase("proxy-authorization: Basic bWU6c2VjcmV0");
      assertThat(((ExchangeResult.Failure) bad).error()).isInstanceOf(ErrorClass.Tls.class);
      assertThat(receiver.count()).isEqualTo(1);
    }
  }

  @Test
  void a_proxy_that_refuses_is_a_failure_to_connect_that_shows_no_password() throws Exception {
    try (ConnectProxy proxy = ConnectProxy.start("HTTP/1.1 407 Proxy Authentication Required");
        Receiver receiver = Receiver.start();
        Client client =
            new Client(
                through(new EgressProxy("127.0.0.1", proxy.port(), "me", "secret")).build())) {
      ExchangeResult result = client.post(receiver.url("name.test", "/"), "1");

      assertThat(result)
          .isInstanceOfSatisfying(
              ExchangeResult.Failure.class,
              failure -> {
                assertThat(failure.error()).isInstanceOf(ErrorClass.Connect.class);
                assertThat(failure.detail()).contains("proxy", "407").doesNotContain("secret");
              });
      assertThat(receiver.connections()).isZero();
    }
  }

  @Test
  void the_address_policy_holds_behind_a_proxy_too() throws Exception {
    try (ConnectProxy proxy = ConnectProxy.start("HTTP/1.1 200 OK");
        Client client = new Client(through(EgressProxy.at("127.0.0.1", proxy.port())).build())) {
      ExchangeResult result = client.post("http://10.1.2.3/", "1");

      assertThat(((ExchangeResult.Failure) result).error())
          .isInstanceOf(ErrorClass.RefusedAddress.class);
      assertThat(proxy.heads()).isEmpty();
    }
  }

  @Test
  void who_cannot_look_up_the_proxy_for_want_of_something_blames_nobody() {
    Resolver lacking =
        host ->
            host.equals("proxy.test")
                ? CompletableFuture.failedStage(new IOException("Too many open files"))
                : CompletableFuture.completedStage(List.of(InetAddress.getLoopbackAddress()));
    try (Client client =
        new Client(through(EgressProxy.at("proxy.test", 3128)).resolver(lacking).build())) {
      assertThat(client.post("http://name.test/", "1").isOwnShortage()).isTrue();
    }
  }

  private static HttpTransportOptions.Builder through(EgressProxy proxy) {
    return Client.local()
        .resolver(
            host -> CompletableFuture.completedStage(List.of(InetAddress.getLoopbackAddress())))
        .proxy(proxy);
  }
}
