package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.internal.crypto.SecretKey;
import dev.posthorn.server.boot.PosthornServer;
import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.Receiver;
import dev.posthorn.testkit.receiver.TestCertificate;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

/** Replacement of the secret key, and the data encrypted with it. */
class SecretKeyTest extends CommandsFixture {
  @Test
  void secretsAreEncryptedAgainWhileTheServerRunsAndTheOldKeyCanGo() throws Exception {
    String app;
    try (Receiver receiver = Receiver.start()) {
      try (PosthornServer server = serve(db, OLD, List.of())) {
        app = endpoint(server, receiver.url("/"));
      }
      Assertions.assertThatThrownBy(() -> serve(db, "2:" + NEW, List.of()))
          .hasMessageContaining("--secret-key")
          .hasMessageContaining("2:NEW,1:OLD");
      Assertions.assertThatThrownBy(() -> serve(db, NEW, List.of()))
          .hasMessageContaining("--secret-key");
      try (PosthornServer server = serve(db, "2:" + NEW + ",1:" + OLD, List.of())) {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("ar-EG")); // has digits of its own
        try {
          assertThat(
                  run(
                      "reencrypt",
                      "--db",
                      db.toString(),
                      "--admin-url",
                      String.valueOf(server.adminUrl())))
              .isZero();
        } finally {
          Locale.setDefault(before);
        }
        assertThat(text.toString()).startsWith("1 secrets of 1 endpoints");
        assertThat(message(server, app)).isEqualTo(202);
        receiver.awaitRequests(1);
      }
      try (PosthornServer server = serve(db, "2:" + NEW, List.of())) {
        assertThat(message(server, app)).isEqualTo(202);
        receiver.awaitRequests(2);
      }
    }
  }

  @Test
  void aClientCertificateIsEncryptedAgainAndIsInABackup() throws Exception {
    TestCertificate own = TestCertificate.of("127.0.0.1");
    Path copy = folder.resolve("copy.db");
    try (Receiver receiver = Receiver.requiring(List.of(own), own, request -> Answer.status(200))) {
      String app;
      try (PosthornServer server = serve(db, OLD, List.of())) {
        app = endpoint(server, receiver.url("/"));
        String path = "/api/v1/app/" + app + "/endpoint/e";
        send(server, "PUT", path + "/mtls", JWT, EndpointTlsApiTest.identity(own));
        send(server, "PUT", path + "/ca", JWT, EndpointTlsApiTest.ca(own));
      }
      try (PosthornServer server = serve(db, "2:" + NEW + ",1:" + OLD, List.of())) {
        String[] admin = {"--db", db.toString(), "--admin-url", String.valueOf(server.adminUrl())};
        assertThat(run(with(admin, "reencrypt"))).isZero();
        assertThat(text.toString()).startsWith("3 secrets of 1 endpoints");
        assertThat(run(with(admin, "backup", "--to", copy.toString()))).isZero();
      }
      String fresh = folder.resolve("fresh.db").toString();
      assertThat(run("restore", "--from", copy.toString(), "--db", fresh, "--no-hold")).isZero();
      try (PosthornServer server = serve(Path.of(fresh), "2:" + NEW, List.of())) {
        assertThat(message(server, app)).isEqualTo(202);
        receiver.awaitRequests(1);
        assertThat(receiver.clients()).containsExactly("CN=127.0.0.1");
      }
    }
  }

  @Test
  void severalKeysNeedNumbersOfTheirOwn() {
    Assertions.assertThatThrownBy(() -> SecretKey.keyring(OLD + "," + NEW))
        .hasMessageContaining("2:KEY,1:KEY");
    Assertions.assertThatThrownBy(() -> SecretKey.keyring("1:" + OLD + ",1:" + NEW))
        .hasMessageContaining("twice");
    assertThat(SecretKey.keyring("1:" + OLD + ",7:" + NEW).newest()).isEqualTo(7);
  }
}
