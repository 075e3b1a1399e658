package dev.posthorn.transport.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.EgressProxy;
import dev.posthorn.HttpTransportOptions;
import dev.posthorn.spi.transport.AddressPolicy;
import dev.posthorn.spi.transport.ErrorClass;
import dev.posthorn.spi.transport.ExchangeResult;
import dev.posthorn.spi.transport.OwnListeners;
import dev.posthorn.spi.transport.Resolver;
import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.Receiver;
import dev.posthorn.testkit.receiver.TestCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyTest {

  @TempDir private Path directory;

  @Test
  void a_plain_target_is_reached_through_a_tunnel_to_the_checked_address() throws Exception {
    try (ConnectProxy proxy = ConnectProxy.start("HTTP/1.1 200 OK");
        Receiver receiver = Receiver.start();
        Client client = new Client(through(EgressProxy.of("127.0.0.1", proxy.port())).build())) {
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
                through(
                        EgressProxy.builder("127.0.0.1", proxy.port())
                            .credentials("me", "secret")
                            .build())
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
                through(
                        EgressProxy.builder("127.0.0.1", proxy.port())
                            .credentials("me", "secret")
                            .build())
                    .build())) {
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
        Client client = new Client(through(EgressProxy.of("127.0.0.1", proxy.port())).build())) {
      ExchangeResult result = client.post("http://10.1.2.3/", "1");

      assertThat(((ExchangeResult.Failure) result).error())
          .isInstanceOf(ErrorClass.RefusedAddress.class);
      assertThat(proxy.heads()).isEmpty();
    }
  }

  @Test
  void a_proxy_that_resolves_names_gets_the_name_and_nobody_looks_it_up() throws Exception {
    TestCertificate certificate = TestCertificate.of("name.test");
    try (ConnectProxy proxy = ConnectProxy.start("HTTP/1.1 200 OK");
        Receiver plain = Receiver.start();
        Receiver secure = Receiver.answering(certificate, request -> Answer.status(200));
        Client client =
            new Client(
                byName(proxy)
                    .trustedCertificates(certificate.writePem(directory.resolve("ca.pem")))
                    .build())) {
      client.respond(plain.url("name.test", "/hooks"), "1");
      client.respond(plain.url("name.test", "/hooks"), "2"); // over the same connection
      client.respond(plain.url("/address"), "3");
      client.respond(secure.url("name.test", "/"), "4");
      ExchangeResult bad = client.post(secure.url("other.test", "/"), "5");

      assertThat(proxy.heads())
          .extracting(head -> head.substring(0, head.indexOf(" HTTP/1.1")))
          .containsExactly(
              "CONNECT name.test:" + plain.port(),
              "CONNECT 127.0.0.1:" + plain.port(),
              "CONNECT name.test:" + secure.port(),
              "CONNECT other.test:" + secure.port());
      assertThat(plain.requests().getFirst().header("host")).isEqualTo("name.test:" + plain.port());
      assertThat(((ExchangeResult.Failure) bad).error()).isInstanceOf(ErrorClass.Tls.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://10.1.2.3/",
        "http://169.254.169.254/latest/meta-data",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://localhost/",
        "http://my.localhost/"
      })
  void a_proxy_that_resolves_names_gets_no_address_that_is_refused(String url) throws Exception {
    try (ConnectProxy proxy = ConnectProxy.start("HTTP/1.1 200 OK");
        Client client = new Client(byName(proxy).addresses(AddressPolicy.publicOnly()).build())) {
      ExchangeResult result = client.post(url, "1");

      assertThat(((ExchangeResult.Failure) result).error())
          .isInstanceOf(ErrorClass.RefusedAddress.class);
      assertThat(proxy.heads()).isEmpty();
    }
  }

  @Test
  void a_proxy_that_resolves_names_is_not_asked_for_a_listener_of_this_process() throws Exception {
    OwnListeners listeners = new OwnListeners();
    AddressPolicy policy = AddressPolicy.allowing("127.0.0.0/8").except(listeners);
    try (ConnectProxy proxy = ConnectProxy.start("HTTP/1.1 200 OK");
        Receiver own = Receiver.start();
        Receiver other = Receiver.start();
        Client client = new Client(byName(proxy).addresses(policy).build())) {
      listeners.add(own.port());

      ExchangeResult result = client.post(own.url("localhost", "/"), "1");

      assertThat(((ExchangeResult.Failure) result).error())
          .isInstanceOf(ErrorClass.RefusedAddress.class);
      client.respond(other.url("localhost", "/"), "2");
      assertThat(proxy.heads()).hasSize(1);
      assertThat(proxy.heads().getFirst()).startsWith("CONNECT 127.0.0.1:" + other.port());
    }
  }

  @Test
  void a_name_that_the_proxy_cannot_resolve_is_a_failure_to_connect() throws Exception {
    try (ConnectProxy proxy = ConnectProxy.start("HTTP/1.1 502 Bad Gateway");
        Client client = new Client(byName(proxy).build())) {
      ExchangeResult.Failure failure =
          (ExchangeResult.Failure) client.post("http://missing.test/", "1");

      assertThat(failure.error()).isInstanceOf(ErrorClass.Connect.class);
      assertThat(failure.detail()).contains("proxy", "missing.test", "502");
    }
  }

  /** Returns options of a transport whose proxy receives names; a local lookup fails. */
  private static HttpTransportOptions.Builder byName(ConnectProxy proxy) {
    return Client.local()
        .resolver(
            host -> CompletableFuture.failedStage(new AssertionError(host + " was looked up")))
        .proxy(EgressProxy.builder("127.0.0.1", proxy.port()).resolveNames(true).build());
  }

  @Test
  void who_cannot_look_up_the_proxy_for_want_of_something_blames_nobody() {
    Resolver lacking =
        host ->
            host.equals("proxy.test")
                ? CompletableFuture.failedStage(new IOException("Too many open files"))
                : CompletableFuture.completedStage(List.of(InetAddress.getLoopbackAddress()));
    try (Client client =
        new Client(through(EgressProxy.of("proxy.test", 3128)).resolver(lacking).build())) {
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
