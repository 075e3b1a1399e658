package dev.posthorn.server;

import dev.posthorn.HttpTransportOptions;
import dev.posthorn.internal.crypto.SecretKey;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.runtime.StorePlace;
import dev.posthorn.server.auth.Jwts;
import dev.posthorn.server.boot.PosthornServer;
import dev.posthorn.server.boot.ServerOptions;
import dev.posthorn.server.http.HttpLimits;
import dev.posthorn.spi.transport.AddressPolicy;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A database with commands that run on it and servers that have it open. */
abstract class CommandsFixture {
  static final JsonMapper JSON = new JsonMapper();
  static final String SECRET = "a secret that only tests know, long enough";
  static final String JWT = new Jwts(SECRET).sign("org_a", Instant.EPOCH, null);
  static final String OLD = Base64.getEncoder().encodeToString(new byte[32]);
  static final String NEW =
      Base64.getEncoder()
          .encodeToString(
              "01234567890123456789012345678901"
                  .getBytes(java.nio.charset.StandardCharsets.US_ASCII));

  @TempDir Path folder;
  @AutoClose final HttpClient http = HttpClient.newHttpClient();

  final StringWriter text = new StringWriter();
  Path db;

  @BeforeEach
  void nameTheDatabase() {
    db = folder.resolve("posthorn.db");
  }

  int run(String... arguments) {
    text.getBuffer().setLength(0);
    return Commands.run(text, arguments);
  }

  PosthornServer serve(Path file, String secretKey, List<Long> waits) {
    return PosthornServer.start(options(ServerOptions.file(file), secretKey, waits));
  }

  ServerOptions options(StorePlace store, String secretKey, List<Long> waits) {
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    return new ServerOptions(
        store,
        SecretKey.keyring(secretKey),
        new ServerOptions.Access(any, any, SECRET),
        EngineOptions.DEFAULT.withRetryWaits(waits).withJitter(0),
        HttpTransportOptions.builder().addresses(AddressPolicy.allowing("127.0.0.0/8")).build(),
        HttpLimits.DEFAULT);
  }

  JsonNode send(
      PosthornServer server, String method, String path, String token, @Nullable String body)
      throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(server.url() + path))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
    return JSON.createObjectNode()
        .put("status", response.statusCode())
        .set("body", response.body().isEmpty() ? JSON.nullNode() : JSON.readTree(response.body()));
  }

  String endpoint(PosthornServer server, String url) throws Exception {
    String app =
        send(server, "POST", "/api/v1/app", JWT, "{\"name\":\"A\"}").at("/body/id").asString();
    send(
        server,
        "POST",
        "/api/v1/app/" + app + "/endpoint",
        JWT,
        "{\"url\":\"" + url + "\",\"uid\":\"e\"}");
    return app;
  }

  int message(PosthornServer server, String app) throws Exception {
    return send(
            server,
            "POST",
            "/api/v1/app/" + app + "/msg",
            JWT,
            "{\"eventType\":\"a.b\",\"payload\":{}}")
        .path("status")
        .asInt();
  }

  static String[] with(String[] more, String... arguments) {
    return Stream.concat(Stream.of(arguments), Stream.of(more)).toArray(String[]::new);
  }
}
