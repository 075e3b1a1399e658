package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.server.auth.Jwts;
import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.Receiver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ServeProcessTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String JWT_SECRET = "the-jwt-secret-of-this-test-0123456789";
  private static final String SECRET_KEY = Base64.getEncoder().encodeToString(new byte[32]);
  private static final Map<String, String> SECRETS =
      Map.of("POSTHORN_JWT_SECRET", JWT_SECRET, "POSTHORN_SECRET_KEY", SECRET_KEY);
  private static final String TOKEN = new Jwts(JWT_SECRET).sign("org_a", Instant.EPOCH, null);

  @TempDir private Path folder;

  private static String admin() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return "127.0.0.1:" + socket.getLocalPort();
    }
  }

  private static String id(String json) {
    return JSON.readTree(json).path("id").asString();
  }

  /** Creates an application with an endpoint and returns its id. */
  private static String application(ServerProcess server, String receiver) {
    String app =
        id(server.send("POST", server.url() + "/api/v1/app", TOKEN, "{\"name\":\"A\"}").body());
    server.send(
        "POST",
        server.url() + "/api/v1/app/" + app + "/endpoint",
        TOKEN,
        "{\"url\":\"" + receiver + "\",\"secret\":\"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\"}");
    return app;
  }

  private static int message(ServerProcess server, String app, String payload) {
    return server
        .send(
            "POST",
            server.url() + "/api/v1/app/" + app + "/msg",
            TOKEN,
            "{\"eventType\":\"a.b\",\"payload\":" + payload + "}")
        .statusCode();
  }

  @Test
  void aSignalLetsWhatIsUnderWayEndAndTheExitCodeIsZero() throws Exception {
    String admin = admin();
    try (Receiver receiver =
            Receiver.answering(request -> Answer.status(200).after(Duration.ofSeconds(2)));
        ServerProcess server =
            ServerProcess.start(
                folder, SECRETS, "--admin-listen", admin, "--close-timeout", "30s")) {
      String ready = "http://" + admin + "/health/ready";
      assertThat(server.send("GET", ready, null, null).statusCode()).isEqualTo(200);
      String app = application(server, receiver.url("/"));
      assertThat(message(server, app, "{}")).isEqualTo(202);
      receiver.awaitRequests(1);

      server.terminate();
      Await.until(
          "it is not ready any more",
          () -> server.send("GET", ready, null, null).statusCode() == 503);

      assertThat(server.awaitEnd()).isZero();
      assertThat(server.restOfOutput()).isEmpty();
    }
    // The outcome is on disk, so nothing is sent again.
    try (Receiver receiver = Receiver.start();
        ServerProcess server = ServerProcess.start(folder, SECRETS, "--admin-listen", "none")) {
      JsonNode apps =
          JSON.readTree(server.send("GET", server.url() + "/api/v1/app", TOKEN, null).body());
      String app = apps.at("/data/0/id").asString();
      JsonNode messages =
          JSON.readTree(
              server.send("GET", server.url() + "/api/v1/app/" + app + "/msg", TOKEN, null).body());
      String message = messages.at("/data/0/id").asString();
      String attempts =
          server
              .send(
                  "GET",
                  server.url() + "/api/v1/app/" + app + "/attempt/msg/" + message,
                  TOKEN,
                  null)
              .body();
      assertThat(JSON.readTree(attempts).at("/data")).hasSize(1);
      assertThat(JSON.readTree(attempts).at("/data/0/responseStatusCode").asInt()).isEqualTo(200);
      assertThat(receiver.count()).isZero();
    }
  }

  /** Numbers that Java formats for people have other digits there, which no program reads. */
  @Test
  void itServesInALocaleWithDigitsOfItsOwn() {
    try (Receiver receiver = Receiver.start();
        ServerProcess server =
            ServerProcess.start(
                folder,
                SECRETS,
                List.of("-Xmx128m", "-Duser.language=ar", "-Duser.country=EG"),
                "--admin-listen",
                "none")) {
      String app = application(server, receiver.url("/"));
      assertThat(message(server, app, "{}")).isEqualTo(202);
      receiver.awaitRequests(1);
      JsonNode api =
          JSON.readTree(
              server.send("GET", server.url() + "/api/v1/openapi.json", null, null).body());
      assertThat(api.findValuesAsString("maxLength")).contains("2048");
      assertThat(api.findValuesAsString("maximum")).contains("250");
    }
  }

  @Test
  void theLogOfAStoryHasRequestsButNoTokenSecretOrPayload() throws Exception {
    try (Receiver receiver = Receiver.answering(request -> Answer.status(500).body("EXCERPT-1"));
        ServerProcess server =
            ServerProcess.start(
                folder,
                SECRETS,
                "--admin-listen",
                "none",
                "--log-level",
                "trace",
                "--log-format",
                "json",
                "--retry-schedule",
                "10ms")) {
      String app = application(server, receiver.url("/hook?token=URL-TOKEN"));
      assertThat(message(server, app, "{\"card\":\"PAYLOAD-1\"}")).isEqualTo(202);
      receiver.awaitRequests(2);
      server.send("GET", server.url() + "/api/v1/app", "wrong-TOKEN-1", null);
      server.send("POST", server.url() + "/api/v1/app", TOKEN, "{\"name\":\"broken PAYLOAD-2");
      server.awaitLog("v1.message.create 202");

      server.terminate();
      assertThat(server.awaitEnd()).isZero();
      String log = server.log();
      assertThat(log.lines())
          .isNotEmpty()
          .allSatisfy(
              line -> assertThat(JSON.readTree(line).path("level").asString()).isNotEmpty());
      assertThat(log)
          .contains("v1.application.list 401")
          .doesNotContain(
              "PAYLOAD", "EXCERPT", "TOKEN", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", JWT_SECRET)
          .doesNotContain(SECRET_KEY)
          .doesNotContain(TOKEN);
    }
  }

  @Test
  void aBadSettingEndsTheProcessWithTwoAndNamesItAndTheRemedy() throws Exception {
    Path config = Files.writeString(folder.resolve("c.properties"), "retry-shedule=5s\n");
    String db = folder.resolve("posthorn.db").toString();
    record Case(List<String> arguments, String said) {}
    for (Case one :
        List.of(
            new Case(List.of("--db", db), "head -c 32 /dev/urandom | base64"),
            new Case(List.of("--secret-key", SECRET_KEY, "--max-in-flight", "0"), "1 to 65536"),
            new Case(List.of("--config", config.toString()), "did you mean \"retry-schedule\"?"),
            new Case(List.of("--nonsense"), "--nonsense"))) {
      String[] arguments =
          Stream.concat(Stream.of("serve"), one.arguments().stream()).toArray(String[]::new);
      Process process = ServerProcess.spawn(folder, Map.of(), arguments);
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as("%s", one.arguments()).isEqualTo(2);
      assertThat(folder.resolve("log")).content().contains(one.said());
    }
  }

  /** The temporary directory is used for native libraries and by the web server. */
  @Test
  void aStopLeavesNothingInTheTemporaryFolder() throws Exception {
    Path temporary = Files.createDirectory(folder.resolve("temporary"));
    List<String> options = List.of("-Xmx128m", "-Djava.io.tmpdir=" + temporary);
    try (Receiver receiver = Receiver.start();
        ServerProcess server =
            ServerProcess.start(folder, SECRETS, options, "--admin-listen", "none")) {
      assertThat(message(server, application(server, receiver.url("/")), "{}")).isEqualTo(202);
      receiver.awaitRequests(1);
      server.terminate();
      assertThat(server.awaitEnd()).isZero();
    }
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void neitherDoesAKilledServer() throws Exception {
    Path temporary = Files.createDirectory(folder.resolve("temporary"));
    List<String> options = List.of("-Xmx128m", "-Djava.io.tmpdir=" + temporary);
    try (Receiver receiver = Receiver.start();
        ServerProcess server =
            ServerProcess.start(folder, SECRETS, options, "--admin-listen", admin())) {
      assertThat(message(server, application(server, receiver.url("/")), "{}")).isEqualTo(202);
      receiver.awaitRequests(1);
      server.kill();
    }
    assertThat(temporary).isEmptyDirectory();
  }

  /** The temporary directory may be read-only or mounted {@code noexec}. */
  @Test
  void withoutATemporaryFolderTheServerStartsAllTheSame() throws Exception {
    Path none = Files.createFile(folder.resolve("none"));
    List<String> options = List.of("-Xmx128m", "-Djava.io.tmpdir=" + none);
    try (Receiver receiver = Receiver.start();
        ServerProcess server =
            ServerProcess.start(folder, SECRETS, options, "--admin-listen", "none")) {
      assertThat(message(server, application(server, receiver.url("/")), "{}")).isEqualTo(202);
      receiver.awaitRequests(1);
      server.terminate();
      assertThat(server.awaitEnd()).isZero();
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("none", "log", "posthorn.db", "posthorn.db.lock");
    }
  }

  @Test
  void aSecretThatCanBeFoundByTryingIsToldAtEveryStart() {
    Map<String, String> secrets =
        Map.of("POSTHORN_JWT_SECRET", "short", "POSTHORN_SECRET_KEY", SECRET_KEY);
    try (ServerProcess server = ServerProcess.start(folder, secrets, "--admin-listen", "none")) {
      server.awaitLog("--jwt-secret has fewer than 32 bytes");
    }
  }

  @Test
  void aServerThatNobodyCanUseSaysSo() {
    try (ServerProcess server =
        ServerProcess.start(
            folder, Map.of("POSTHORN_SECRET_KEY", SECRET_KEY), "--admin-listen", "none")) {
      server.awaitLog("No client can use the API");
    }
  }
}
