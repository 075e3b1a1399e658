package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.server.boot.ServerOptions;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The admin listener over TLS, and the commands that use it. */
class AdminTlsTest {
  @TempDir private Path folder;

  private final StringWriter text = new StringWriter();
  private Pems pems;
  private ServerFixture server;
  private String url;

  @BeforeEach
  void serveOverTls() {
    pems = Pems.in(folder);
    server = ServerFixture.start(this::tls);
    url = String.valueOf(server.server().adminUrl());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private ServerOptions tls(ServerOptions options) {
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    return options.withAccess(
        new ServerOptions.Access(any, any, ServerFixture.SECRET, "sesame", null, pems.files()));
  }

  private int run(String... arguments) {
    text.getBuffer().setLength(0);
    return Commands.run(text, arguments);
  }

  @Test
  void healthAndMetricsAreHttpsAndTheApiIsWhatItWas() throws Exception {
    assertThat(url).startsWith("https://localhost:");
    assertThat(server.server().url()).startsWith("http://");
    server.client("").get("/api/v1/health").expect(204);
    try (HttpClient http = HttpClient.newBuilder().sslContext(pems.trusting()).build()) {
      for (String path : new String[] {"/health/live", "/health/ready", "/metrics"}) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + path)).build();
        assertThat(http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode())
            .isEqualTo(200);
      }
    }
  }

  @Test
  void commandsReachItIfTheyTrustItsCertificate() {
    String copy = folder.resolve("copy.db").toString();
    String ca = pems.files().certificate().toString();
    String[] where = {"--admin-url", url, "--admin-token", "sesame", "--admin-ca", ca};
    assertThat(run(and(where, "backup", "--to", copy))).as(text.toString()).isZero();
    assertThat(Path.of(copy)).isNotEmptyFile();
    assertThat(run(and(where, "release"))).isZero();
    assertThat(run(and(where, "reencrypt"))).isZero();
  }

  private static String[] and(String[] more, String... arguments) {
    String[] all = Arrays.copyOf(arguments, arguments.length + more.length);
    System.arraycopy(more, 0, all, arguments.length, more.length);
    return all;
  }

  @Test
  void aCertificateThatIsNotTrustedIsToldWithTheRemedy() {
    assertThat(run("release", "--admin-url", url, "--admin-token", "sesame")).isEqualTo(1);
    assertThat(text.toString()).contains("certificate is not trusted").contains("--admin-ca FILE");
  }

  @Test
  void aFileWithoutCertificatesIsTold() throws Exception {
    Path empty = Files.writeString(folder.resolve("empty.pem"), "");
    for (Path file : new Path[] {empty, folder.resolve("none.pem")}) {
      assertThat(run("release", "--admin-url", url, "--admin-ca", file.toString())).isEqualTo(1);
      assertThat(text.toString()).contains("--admin-ca: cannot read certificates", file.toString());
    }
  }

  @Test
  void httpToAListenerWithTlsIsToldToBeSo() {
    assertThat(run("release", "--admin-url", url.replace("https", "http"))).isEqualTo(1);
    assertThat(text.toString()).contains("cannot reach http://localhost:", "without TLS?");
  }
}
