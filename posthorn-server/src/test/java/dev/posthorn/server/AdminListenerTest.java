package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.HttpTransportOptions;
import dev.posthorn.SqliteOptions;
import dev.posthorn.internal.crypto.Keyring;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.server.admin.AdminToken;
import dev.posthorn.server.boot.PosthornServer;
import dev.posthorn.server.boot.ServerOptions;
import dev.posthorn.server.http.HttpLimits;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.reads.ScanKey;
import dev.posthorn.store.sqlite.SqliteStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
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
    return options.withAccess(
        new ServerOptions.Access(access.listen(), any, access.jwtSecret(), token, null));
  }

  private HttpResponse<String> get(String path) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create(server.server().adminUrl() + path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> post(
      ServerFixture to, String path, @Nullable String token, String body) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(to.server().adminUrl() + path))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body));
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static String token(ServerFixture of) throws IOException {
    return String.valueOf(AdminToken.read(of.database()));
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
    // Metrics that appear later are bound then.
    server.api().get("/api/v1/app/" + app).expect(200);
    assertThat(get("/metrics").body()).contains("operation=\"v1.application.get\"");
  }

  /**
   * Checks the exported names, from which Prometheus strips suffixes such as {@code _created} and
   * {@code _total}.
   */
  @Test
  void everyMetricHasItsDocumentedNameInPrometheus() throws Exception {
    server.api().get("/api/v1/app").expect(200);
    String page = Files.readString(Path.of("..", "docs", "reference", "metrics.md"));
    List<String> names =
        new ArrayList<>(
            Pattern.compile(
                    "(?m)^\\| `(posthorn\\.(?!inbox\\.)[a-z.]+)` \\| (counter|timer|gauge)(, [a-z]+)? ")
                .matcher(page)
                .results()
                .map(row -> prometheus(row.group(1), row.group(2), row.group(3)))
                .toList());
    assertThat(names).hasSizeGreaterThan(25);
    Pattern.compile("(?m)^\\| `(posthorn_[a-z_]+)`")
        .matcher(page)
        .results()
        .forEach(row -> names.add(row.group(1)));
    String samples = "\n" + get("/metrics").body();
    assertThat(names)
        .allSatisfy(name -> assertThat(samples).containsPattern("\n" + name + "(_count)?[ {]"));
  }

  private static String prometheus(String name, String type, @Nullable String unit) {
    String suffix =
        switch (type) {
          case "counter" -> "_total";
          case "timer" -> "_seconds";
          default -> unit == null ? "" : "_" + unit.substring(2);
        };
    return name.replace('.', '_') + suffix;
  }

  @Test
  void aBackupIsAWholeStoreAndNothingIsOverwritten() throws Exception {
    server.api().post("/api/v1/app", "{\"name\":\"A\"}").expect(201);
    Path copy = folder.resolve("copy.db");
    String body = "{\"to\":\"" + copy + "\"}";
    assertThat(post(server, "/backup", token(server), body).statusCode()).isEqualTo(201);
    try (Store store = SqliteStore.open(copy, SqliteOptions.defaults())) {
      assertThat(store.across(store.allPartitions()).applications(ScanKey.START, 10).rows())
          .hasSize(1);
    }
    assertThat(post(server, "/backup", token(server), body).statusCode()).isEqualTo(409);
    assertThat(post(server, "/backup", token(server), "{\"to\":\"copy\"}").statusCode())
        .isEqualTo(422);
  }

  // ---- who may -------------------------------------------------------------------------------

  @Test
  void changesNeedTheTokenOfThisStartThoughTheyComeFromThisMachine() throws Exception {
    for (String path : List.of("/release", "/reencrypt", "/backup")) {
      assertThat(post(server, path, null, "{}").statusCode()).as(path).isEqualTo(401);
      assertThat(post(server, path, "wrong", "{}").statusCode()).as(path).isEqualTo(401);
    }
    String first = token(server);
    assertThat(post(server, "/release", first, "{}").statusCode()).isEqualTo(204);
    server.restart();
    assertThat(token(server)).isNotEqualTo(first);
    assertThat(post(server, "/release", first, "{}").statusCode()).isEqualTo(401);
    assertThat(post(server, "/release", token(server), "{}").statusCode()).isEqualTo(204);
  }

  @Test
  void theTokenLiesInAFileOfTheServersUserForAsLongAsItRuns() throws Exception {
    Path file = AdminToken.file(server.database());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    server.restart(() -> assertThat(file).doesNotExist());
    assertThat(file).exists();
  }

  @Test
  void aFileThatIsLeftOverIsReplacedWhateverItsPermissionsAre() throws Exception {
    Path file = AdminToken.file(server.database());
    server.restart(
        () -> {
          try {
            Files.writeString(file, "pha_old");
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    assertThat(Files.readString(file)).doesNotContain("pha_old");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void aSecondServerOnTheSameFileDoesNotTakeTheTokenAway() throws Exception {
    String token = token(server);
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    ServerOptions second =
        new ServerOptions(
            ServerOptions.file(server.database()),
            new Keyring(Map.of(1, new byte[Keyring.KEY_BYTES])),
            new ServerOptions.Access(any, any, null),
            EngineOptions.DEFAULT,
            HttpTransportOptions.defaults(),
            HttpLimits.DEFAULT);
    assertThatThrownBy(() -> PosthornServer.start(second)).isInstanceOf(StoreException.class);
    assertThat(token(server)).isEqualTo(token);
  }

  @Test
  void aTokenThatIsSetIsGoodTooAndWhoTriesOthersIsSlowedDown() throws Exception {
    try (ServerFixture guarded = ServerFixture.start(o -> admin(o, "sesame"))) {
      List<Integer> statuses = new ArrayList<>();
      for (int i = 0; i < 31; i++) {
        statuses.add(post(guarded, "/release", "wrong" + i, "{}").statusCode());
      }
      assertThat(statuses.subList(0, 30)).containsOnly(401);
      assertThat(statuses.get(30)).isEqualTo(429);
      assertThat(post(guarded, "/release", "sesame", "{}").statusCode()).isEqualTo(204);
      assertThat(post(guarded, "/release", token(guarded), "{}").statusCode()).isEqualTo(204);
    }
  }

  @Test
  void aWebPageCannotChangeAnythingThoughItHasTheToken() throws Exception {
    String json = "Content-Type: application/json\r\n";
    assertThat(raw("POST /release", "127.0.0.1:1", "Content-Type: text/plain\r\n"))
        .startsWith("HTTP/1.1 415");
    for (String host : List.of("evil.example", "127.0.0.1.evil.example", "evil.example:8072")) {
      assertThat(raw("POST /release", host, json)).as(host).startsWith("HTTP/1.1 403");
    }
    assertThat(raw("POST /release", "127.0.0.1:1", json + "Origin: http://127.0.0.1:1\r\n"))
        .startsWith("HTTP/1.1 403");
    assertThat(raw("POST /release", "127.0.0.1:1", json + "Origin: null\r\n"))
        .startsWith("HTTP/1.1 403");
    for (String host : List.of("127.0.0.1:1", "LocalHost", "[::1]:8072", "10.0.0.1")) {
      assertThat(raw("POST /release", host, json)).as(host).startsWith("HTTP/1.1 204");
    }
  }

  @Test
  void aNameThatIsSetMayBeAskedForAndLookingIsForAll() throws Exception {
    assertThat(raw("GET /health/ready", "posthorn.monitoring.svc:8072", ""))
        .startsWith("HTTP/1.1 200");
    assertThat(raw("GET /metrics", "posthorn.monitoring.svc:8072", "")).startsWith("HTTP/1.1 200");
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (ServerFixture named =
        ServerFixture.start(
            options ->
                options.withAccess(
                    new ServerOptions.Access(any, any, null)
                        .withAdminHosts(Set.of("ops.example"))))) {
      String json = "Content-Type: application/json\r\n";
      assertThat(raw(named, "POST /release", "Ops.example:8072", json)).startsWith("HTTP/1.1 204");
      assertThat(raw(named, "POST /release", "opsXexample", json)).startsWith("HTTP/1.1 403");
    }
  }

  private String raw(String what, String host, String headers) throws IOException {
    return raw(server, what, host, headers);
  }

  /** Sends a raw request, because the JDK's client does not allow setting Host. */
  private static String raw(ServerFixture to, String what, String host, String headers)
      throws IOException {
    URI admin = URI.create(String.valueOf(to.server().adminUrl()));
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), admin.getPort())) {
      String body = what.startsWith("POST") ? "{}" : "";
      String request =
          what
              + " HTTP/1.1\r\nHost: "
              + host
              + "\r\nAuthorization: Bearer "
              + token(to)
              + "\r\n"
              + headers
              + "Content-Length: "
              + body.length()
              + "\r\nConnection: close\r\n\r\n"
              + body;
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }
  }
}
