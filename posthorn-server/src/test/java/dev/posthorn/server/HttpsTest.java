package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.server.serve.ServerOptions;
import dev.posthorn.testkit.receiver.TestCertificate;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509KeyManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpsTest {
  @TempDir private Path folder;

  private final TestCertificate certificate = TestCertificate.of("localhost", "127.0.0.1");

  private ServerOptions tls(ServerOptions options) {
    ServerOptions.Access access = options.access();
    return new ServerOptions(
        options.database(),
        options.keyring(),
        new ServerOptions.Access(
            access.listen(),
            null,
            access.jwtSecret(),
            null,
            new ServerOptions.Tls(folder.resolve("cert.pem"), folder.resolve("key.pem"))),
        options.engine(),
        options.transport(),
        options.limits());
  }

  private void writePems() throws Exception {
    certificate.writePem(folder.resolve("cert.pem"));
    X509KeyManager keys = (X509KeyManager) certificate.keys().getKeyManagers()[0];
    String alias = keys.getServerAliases("EC", null) == null ? "RSA" : "EC";
    byte[] key = keys.getPrivateKey(keys.getServerAliases(alias, null)[0]).getEncoded();
    Files.writeString(
        folder.resolve("key.pem"),
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key)
            + "\n-----END PRIVATE KEY-----\n");
  }

  private SSLContext trusting() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    try (InputStream in = Files.newInputStream(folder.resolve("cert.pem"))) {
      store.setCertificateEntry(
          "server", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  @Test
  void withACertificateTheApiIsHttpsAndRefusesBeforeItReadsABody() throws Exception {
    writePems();
    try (ServerFixture server = ServerFixture.start(this::tls);
        HttpClient http = HttpClient.newBuilder().sslContext(trusting()).build()) {
      assertThat(server.server().url()).startsWith("https://");
      String token = ServerFixture.token("org_a");
      assertThat(post(http, server, token, "{\"name\":\"A\"}")).isEqualTo(201);
      String large = "{\"name\":\"" + "x".repeat(100_000) + "\"}";
      assertThat(post(http, server, "wrong", large)).isEqualTo(401);
      assertThat(post(http, server, token, "{\"name\":\"B\"}")).isEqualTo(201);
    }
  }

  @Test
  void aLinkToThePortalIsHttpsToo() throws Exception {
    writePems();
    try (ServerFixture server = ServerFixture.start(this::tls);
        HttpClient http = HttpClient.newBuilder().sslContext(trusting()).build()) {
      String application = "{\"application\":{\"name\":\"A\",\"uid\":\"acme\"}}";
      HttpRequest request =
          HttpRequest.newBuilder(
                  URI.create(server.server().url() + "/api/v1/auth/app-portal-access/acme"))
              .header("Authorization", "Bearer " + ServerFixture.token("org_a"))
              .POST(BodyPublishers.ofString(application))
              .build();
      assertThat(http.send(request, HttpResponse.BodyHandlers.ofString()).body())
          .startsWith("{\"url\":\"" + server.server().url() + "/portal#key=");
    }
  }

  private static int post(HttpClient http, ServerFixture server, String token, String body)
      throws Exception {
    return http.send(
            HttpRequest.newBuilder(URI.create(server.server().url() + "/api/v1/app"))
                .header("Authorization", "Bearer " + token)
                .POST(BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString())
        .statusCode();
  }
}
