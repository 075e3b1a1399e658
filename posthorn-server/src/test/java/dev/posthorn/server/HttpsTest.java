package dev.posthorn.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.server.boot.ServerOptions;
import dev.posthorn.server.http.HttpLimits;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpsTest {
  @TempDir private Path folder;

  private Pems pems;

  @BeforeEach
  void writePems() {
    pems = Pems.in(folder);
  }

  private ServerOptions tls(ServerOptions options) {
    ServerOptions.Access access = options.access();
    return options.withAccess(
        new ServerOptions.Access(access.listen(), null, access.jwtSecret(), null, pems.files()));
  }

  @Test
  void withACertificateTheApiIsHttpsAndRefusesBeforeItReadsABody() throws Exception {
    try (ServerFixture server = ServerFixture.start(this::tls);
        HttpClient http = HttpClient.newBuilder().sslContext(pems.trusting()).build()) {
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
    try (ServerFixture server = ServerFixture.start(this::tls);
        HttpClient http = HttpClient.newBuilder().sslContext(pems.trusting()).build()) {
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

  @Test
  void aConnectionCountsFromItsAcceptanceNotFromItsHandshake() throws Exception {
    HttpLimits one =
        HttpLimits.DEFAULT.toBuilder()
            .bodyBytes(1 << 20)
            .headerBytes(1 << 14)
            .bodyMillis(20_000)
            .idleMillis(20_000)
            .writeMillis(20_000)
            .connections(1)
            .connectionsPerAddress(0)
            .heldBytes(1 << 24)
            .build();
    try (ServerFixture server =
            ServerFixture.start(options -> ServerFixture.limits(tls(options), one));
        RawClient silent = new RawClient(server.port());
        HttpClient http = HttpClient.newBuilder().sslContext(pems.trusting()).build()) {
      assertThat(post(http, server, ServerFixture.token("org_a"), "{\"name\":\"A\"}"))
          .isEqualTo(201);
      assertThat(silent.isClosed()).isTrue();
    }
  }

  @Test
  void aClientThatDoesNotFinishItsHandshakeIsClosed() {
    HttpLimits hasty =
        HttpLimits.DEFAULT.toBuilder()
            .bodyBytes(1 << 20)
            .headerBytes(1 << 14)
            .bodyMillis(20_000)
            .idleMillis(100)
            .writeMillis(20_000)
            .connections(10)
            .connectionsPerAddress(0)
            .heldBytes(1 << 24)
            .build();
    try (ServerFixture server =
            ServerFixture.start(options -> ServerFixture.limits(tls(options), hasty));
        RawClient silent = new RawClient(server.port());
        RawClient begun = new RawClient(server.port())) {
      begun.sendBytes(new byte[] {22, 3, 1, 2, 0, 1}); // of a handshake's first record
      assertThat(silent.isClosed()).isTrue();
      assertThat(begun.isClosed()).isTrue();
    }
  }

  @Test
  void aClientCannotBeginAnotherHandshake() throws Exception {
    try (ServerFixture server = ServerFixture.start(this::tls);
        SSLSocket client = connect(server, "TLSv1.2")) {
      assertThat(ask(client)).startsWith("HTTP/1.1 204");
      client.startHandshake(); // over TLS 1.2 that is a renegotiation
      assertThatThrownBy(() -> ask(client)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void theApiIsHttp1Alone() throws Exception {
    try (ServerFixture server = ServerFixture.start(this::tls)) {
      for (String protocol : new String[] {"TLSv1.2", "TLSv1.3"}) {
        try (SSLSocket client = connect(server, protocol)) {
          assertThat(client.getApplicationProtocol()).as(protocol).isEmpty();
          assertThat(ask(client)).as(protocol).startsWith("HTTP/1.1 204");
        }
      }
    }
  }

  private SSLSocket connect(ServerFixture server, String protocol) throws Exception {
    SSLSocket client =
        (SSLSocket)
            pems.trusting()
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), server.port());
    SSLParameters parameters = client.getSSLParameters();
    parameters.setProtocols(new String[] {protocol});
    parameters.setApplicationProtocols(new String[] {"h2"});
    client.setSSLParameters(parameters);
    client.setSoTimeout(20_000);
    client.startHandshake();
    return client;
  }

  private static String ask(SSLSocket client) throws IOException {
    client
        .getOutputStream()
        .write("GET /api/v1/health HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(US_ASCII));
    byte[] answer = new byte[4_096];
    int length = client.getInputStream().read(answer);
    if (length < 0) {
      throw new EOFException("the server closed the connection");
    }
    return new String(answer, 0, length, US_ASCII);
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
