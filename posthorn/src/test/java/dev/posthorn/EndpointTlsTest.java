package dev.posthorn;

import static dev.posthorn.BadInputTest.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.signature.Keys;
import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.Receiver;
import dev.posthorn.testkit.receiver.TestCertificate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client certificate, and the receiver's authorities, of one endpoint. */
class EndpointTlsTest extends ApiTest {
  private static TestCertificate server;
  private static TestCertificate first;
  private static TestCertificate second;

  @TempDir private Path folder;

  @BeforeAll
  static void makeCertificates() {
    server = TestCertificate.of("127.0.0.1");
    first = TestCertificate.of("first");
    second = TestCertificate.rsa("second");
  }

  private static Receiver receiver() {
    return Receiver.requiring(List.of(first, second), server, request -> Answer.status(200));
  }

  private static Endpoint add(Posthorn posthorn, Receiver receiver) {
    return posthorn
        .endpoints()
        .add(
            NewEndpoint.builder(receiver.url("/"))
                .clientCertificate(first.pem(), first.keyPem())
                .serverCa(server.pem())
                .build());
  }

  private static Attempt test(Endpoints endpoints, Endpoint endpoint) {
    return endpoints.test(endpoint.id(), NewMessage.of("a.b", "{}"));
  }

  @Test
  void whatANewEndpointSaysCanBeReadBackAndItsSecretsAreInNoLog() {
    String secret = Keys.generateSecret();
    NewEndpoint endpoint =
        NewEndpoint.builder("https://example.com/hooks?token=abc")
            .uid("one")
            .description("note")
            .events("a.*")
            .channels("eu")
            .secret(secret)
            .header("Authorization", "Bearer 123")
            .metadata("k", "v")
            .clientCertificate(first.pem(), first.keyPem())
            .serverCa(server.pem())
            .ordered(true)
            .rateLimit(5)
            .concurrency(2)
            .timeout(Duration.ofSeconds(3))
            .retrySchedule(RetrySchedule.of(Duration.ofSeconds(9)))
            .build();
    assertThat(endpoint.settings().url()).isEqualTo("https://example.com/hooks?token=abc");
    assertThat(endpoint.settings().uid()).isEqualTo("one");
    assertThat(endpoint.settings().description()).isEqualTo("note");
    assertThat(endpoint.settings().events()).containsExactly("a.*");
    assertThat(endpoint.settings().channels()).containsExactly("eu");
    assertThat(endpoint.secret()).isEqualTo(secret);
    assertThat(endpoint.headers()).containsExactly(Map.entry("Authorization", "Bearer 123"));
    assertThat(endpoint.settings().metadata()).containsExactly(Map.entry("k", "v"));
    assertThat(endpoint.clientCertificate()).isEqualTo(first.pem());
    assertThat(endpoint.clientKey()).isEqualTo(first.keyPem());
    assertThat(endpoint.serverCa()).contains("BEGIN CERTIFICATE");
    assertThat(endpoint.settings().ordered()).isTrue();
    assertThat(endpoint.settings().rateLimit()).isEqualTo(5);
    assertThat(endpoint.settings().concurrency()).isEqualTo(2);
    assertThat(endpoint.settings().timeout()).isEqualTo(Duration.ofSeconds(3));
    assertThat(endpoint.settings().retrySchedule())
        .isEqualTo(RetrySchedule.of(Duration.ofSeconds(9)));
    assertThat(endpoint.settings().wireFormat()).isEqualTo("standard");
    assertThat(endpoint.toString())
        .startsWith("NewEndpoint[url=https://example.com/hooks?…, uid=one, ")
        .contains("secret=(hidden)", "headers=[Authorization]", "ordered=true", "timeout=PT3S")
        .doesNotContain(secret, "token=abc", "Bearer", "BEGIN");
  }

  @Test
  void newEndpointsThatSayTheSameAreEqual() {
    Supplier<NewEndpoint> endpoint =
        () ->
            NewEndpoint.builder("https://example.com/")
                .header("A", "b")
                .clientCertificate(first.pem(), first.keyPem())
                .build();
    assertThat(endpoint.get()).isEqualTo(endpoint.get()).hasSameHashCodeAs(endpoint.get());
    assertThat(endpoint.get())
        .isEqualTo(endpoint.get().toBuilder().build())
        .isNotEqualTo(endpoint.get().toBuilder().header("A", "c").build())
        .isNotEqualTo(endpoint.get().toBuilder().rateLimit(1).build())
        .isNotEqualTo(
            endpoint.get().toBuilder().clientCertificate(second.pem(), second.keyPem()).build());
  }

  @Test
  void anEndpointShowsItsCertificateThenAnotherThenNone() {
    try (Receiver receiver = receiver();
        Posthorn posthorn = Posthorn.open(options())) {
      Endpoints endpoints = posthorn.endpoints();
      Endpoint endpoint = add(posthorn, receiver);
      posthorn.send("a.b", "{}");
      receiver.awaitRequests(1);
      assertThat(endpoints.clientCertificate(endpoint.id()))
          .extracting(certificate -> certificate.getSubjectX500Principal().getName())
          .containsExactly("CN=first");

      endpoints.updateClientCertificate(endpoint.id(), second.pem(), second.keyPem());
      posthorn.send("a.b", "{}");
      receiver.awaitRequests(2);
      assertThat(receiver.clients()).containsExactly("CN=first", "CN=second");

      endpoints.removeClientCertificate(endpoint.id());
      assertThat(endpoints.clientCertificate(endpoint.id())).isEmpty();
      Attempt refused = test(endpoints, endpoint);
      assertThat(refused.state()).isEqualTo(DeliveryState.FAILED);
      assertThat(refused.error()).isEqualTo("tls");
      assertThat(receiver.count()).isEqualTo(2);
    }
  }

  @Test
  void twoEndpointsOfOneReceiverShowEachItsOwn() {
    try (Receiver receiver = receiver();
        Posthorn posthorn = Posthorn.open(options())) {
      add(posthorn, receiver);
      Endpoint other = add(posthorn, receiver);
      posthorn.endpoints().updateClientCertificate(other.id(), second.pem(), second.keyPem());
      for (int i = 1; i <= 4; i++) {
        posthorn.send("a.b", "{}");
        receiver.awaitRequests(2L * i);
      }
      assertThat(receiver.clients()).contains("CN=first", "CN=second");
      assertThat(receiver.requests().stream().map(request -> request.connection()).distinct())
          .hasSameSizeAs(receiver.clients());
    }
  }

  @Test
  void itOutlastsARestartAndANewSecretAndTheKeyIsNowhereInTheFiles() throws IOException {
    try (Receiver receiver = receiver()) {
      PosthornOptions options =
          PosthornOptions.builder(folder.resolve("tls.db")).allowNetworks("127.0.0.0/8").build();
      String id;
      try (Posthorn posthorn = Posthorn.open(options)) {
        id = add(posthorn, receiver).id();
        posthorn.endpoints().rotateSecret(id, null, Duration.ZERO);
        posthorn.endpoints().updateHeaders(id, java.util.Map.of("X-Team", "one"));
        assertNowhere(first);
      }
      assertNowhere(first);
      try (Posthorn posthorn = Posthorn.open(options)) {
        posthorn.send("a.b", "{}");
        receiver.awaitRequests(1);
        assertThat(receiver.clients()).containsExactly("CN=first");
        assertThat(receiver.requests().getFirst().header("x-team")).isEqualTo("one");
        assertThat(posthorn.endpoints().serverCa(id)).hasSize(1);
        posthorn.endpoints().remove(id);
      }
    }
  }

  private void assertNowhere(TestCertificate certificate) throws IOException {
    String key = certificate.keyPem();
    int middle = key.indexOf('\n') + 40;
    String piece = key.substring(middle, middle + 16);
    byte[] der = java.util.Base64.getMimeDecoder().decode(key.replaceAll("-----.*-----", ""));
    String raw = new String(der, 40, 20, StandardCharsets.ISO_8859_1);
    int files = 0;
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, "tls.db*")) {
      for (Path file : all) {
        String content = Files.readString(file, StandardCharsets.ISO_8859_1);
        assertThat(content.contains(piece) || content.contains(raw)).as(file.toString()).isFalse();
        files++;
      }
    }
    assertThat(files).isGreaterThanOrEqualTo(2);
  }

  @Test
  void authoritiesOfItsOwnTakeThePlaceOfTheUsualOnesUntilTheyAreRemoved() {
    TestCertificate usual = TestCertificate.of("127.0.0.1");
    Path trusted = usual.writePem(folder.resolve("usual.pem"));
    try (Receiver receiver = Receiver.answering(usual, request -> Answer.status(200));
        Posthorn posthorn =
            Posthorn.open(options().toBuilder().trustedCertificates(trusted).build())) {
      Endpoints endpoints = posthorn.endpoints();
      Endpoint endpoint = endpoints.add(NewEndpoint.of(receiver.url("/")));
      assertThat(endpoints.serverCa(endpoint.id())).isEmpty();
      assertThat(test(endpoints, endpoint).state()).isEqualTo(DeliveryState.SUCCEEDED);

      endpoints.updateServerCa(endpoint.id(), server.pem());
      assertThat(test(endpoints, endpoint).error()).isEqualTo("tls");
      endpoints.updateServerCa(endpoint.id(), usual.pem());
      assertThat(test(endpoints, endpoint).state()).isEqualTo(DeliveryState.SUCCEEDED);
      endpoints.updateServerCa(endpoint.id(), server.pem());
      endpoints.removeServerCa(endpoint.id());
      assertThat(test(endpoints, endpoint).state()).isEqualTo(DeliveryState.SUCCEEDED);
    }
  }

  @Test
  void whatCannotBeUsedIsRefusedAndNothingChanges() {
    TestCertificate expired = TestCertificate.expired("old");
    try (Receiver receiver = receiver();
        Posthorn posthorn = Posthorn.open(options())) {
      Endpoints endpoints = posthorn.endpoints();
      String id = add(posthorn, receiver).id();

      assertRefused(
          Reason.INVALID,
          "clientCertificate: has a certificate that expired",
          () -> endpoints.updateClientCertificate(id, expired.pem(), expired.keyPem()));
      assertRefused(
          Reason.INVALID,
          "clientCertificate: has a certificate that expired",
          () ->
              endpoints.add(
                  NewEndpoint.builder("https://example.com/")
                      .clientCertificate(expired.pem(), expired.keyPem())
                      .build()));
      assertRefused(
          Reason.INVALID,
          "clientCertificate: ",
          () -> endpoints.updateClientCertificate(id, first.pem(), second.keyPem()));
      assertRefused(
          Reason.INVALID,
          "clientCertificate: is not PEM",
          () -> NewEndpoint.builder("https://example.com/").clientCertificate("a", "b").build());
      assertRefused(
          Reason.INVALID, "serverCa: is not PEM", () -> endpoints.updateServerCa(id, "none"));
      assertRefused(
          Reason.NOT_FOUND,
          "endpoint",
          () -> posthorn.application("other").endpoints().clientCertificate(id));
      assertThat(endpoints.clientCertificate(id)).hasSize(1);
    }
  }
}
