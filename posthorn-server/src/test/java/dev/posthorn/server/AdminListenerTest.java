package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.server.serve.ServerOptions;
import dev.posthorn.store.Store;
import dev.posthorn.store.sqlite.SqliteOptions;
import dev.posthorn.store.sqlite.SqliteStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdminListenerTest {
  @AutoClose private final ServerFixture server = ServerFixture.start(o -> admin(o, null));
  @AutoClose private final HttpClient http = HttpClient.newHttpClient();

  @TempDir private Path folder;

  private static ServerOptions admin(ServerOptions options, @Nullable String token) {
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    ServerOptions.Access access = options.access();
    return new ServerOptions(
        options.database(),
        options.keyring(),
        new ServerOptions.Access(access.listen(), any, access.jwtSecret(), token, null),
        options.engine(),
        options.transport(),
        options.limits());
  }

  private HttpResponse<String> get(String path) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create(server.server().adminUrl() + path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> post(
      ServerFixture to, String path, String type, String body, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(to.server().adminUrl() + path))
            .header("Content-Type", type)
            .POST(BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void aRunningServerIsLiveAndReady() throws Exception {
    assertThat(get("/health/live").statusCode()).isEqualTo(200);
    assertThat(get("/health/ready").statusCode()).isEqualTo(200);
    assertThat(get("/health/ready").body()).isEqualTo("{\"status\":\"ready\",\"held\":false}");
  }

  @Test
  void metricsCountDeliveriesRequestsAndWrongTokens() throws Exception {
    String app = server.api().post("/api/v1/app", "{\"name\":\"A\"}").expect(201).id();
    server
        .api()
        .post(
            "/api/v1/app/" + app + "/endpoint", "{\"url\":\"" + server.receiver().url("/") + "\"}")
        .expect(201);
    server
        .api()
        .post("/api/v1/app/" + app + "/msg", "{\"eventType\":\"a.b\",\"payload\":{}}")
        .expect(202);
    server.receiver().awaitRequests(1);
    server.client("wrong").get("/api/v1/app").expect(401);

    String metrics = get("/metrics").body();
    assertThat(metrics)
        .contains("posthorn_messages_accepted_total 1.0")
        .contains("posthorn_attempts_first_delay_histogram_total{le=\"+Inf\"}")
        .contains(
            "posthorn_http_requests_seconds_count{operation=\"v1.message.create\",status=\"2xx\"}"
                + " 1")
        .contains(
            "posthorn_http_requests_seconds_count{operation=\"v1.application.list\",status=\"4xx\"}"
                + " 1")
        .contains("posthorn_auth_failures_total 1.0")
        .contains("posthorn_http_connections ")
        .contains("posthorn_http_connections_refused_total 0.0")
        .contains("posthorn_dispatch_held 0.0")
        .contains("jvm_memory_used_bytes");
    // What comes later is bound when it comes.
    server.api().get("/api/v1/app/" + app).expect(200);
    assertThat(get("/metrics").body()).contains("operation=\"v1.application.get\"");
  }

  @Test
  void aBackupIsAWholeStoreAndNothingIsOverwritten() throws Exception {
    server.api().post("/api/v1/app", "{\"name\":\"A\"}").expect(201);
    Path copy = folder.resolve("copy.db");
    String body = "{\"to\":\"" + copy + "\"}";
    assertThat(post(server, "/backup", "application/json", body).statusCode()).isEqualTo(201);
    try (Store store = SqliteStore.open(copy, SqliteOptions.defaults())) {
      assertThat(store.applications(0, 10)).hasSize(1);
    }
    assertThat(post(server, "/backup", "application/json", body).statusCode()).isEqualTo(409);
    assertThat(post(server, "/backup", "application/json", "{\"to\":\"copy\"}").statusCode())
        .isEqualTo(422);
  }

  @Test
  void aWebPageCannotChangeAnything() throws Exception {
    assertThat(post(server, "/release", "text/plain", "{}").statusCode()).isEqualTo(415);
    assertThat(raw("evil.example")).startsWith("HTTP/1.1 403");
    assertThat(raw("127.0.0.1:1")).startsWith("HTTP/1.1 204");
  }

  /** The JDK's client does not let one choose Host. */
  private String raw(String host) throws IOException {
    URI admin = URI.create(String.valueOf(server.server().adminUrl()));
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), admin.getPort())) {
      String request =
          "POST /release HTTP/1.1\r\nHost: "
              + host
              + "\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"
              + "Connection: close\r\n\r\n{}";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }
  }

  @Test
  void withATokenOnlyWhoHasItChangesAnything() throws Exception {
    try (ServerFixture guarded = ServerFixture.start(o -> admin(o, "sesame"))) {
      String json = "application/json";
      assertThat(post(guarded, "/release", json, "{}").statusCode()).isEqualTo(401);
      assertThat(
              post(guarded, "/release", json, "{}", "Authorization", "Bearer wrong").statusCode())
          .isEqualTo(401);
      assertThat(
              post(guarded, "/release", json, "{}", "Authorization", "Bearer sesame").statusCode())
          .isEqualTo(204);
    }
  }
}
