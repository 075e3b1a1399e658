package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.HttpTransportOptions;
import dev.posthorn.internal.crypto.SecretKey;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.server.admin.AdminToken;
import dev.posthorn.server.auth.Jwts;
import dev.posthorn.server.boot.PosthornServer;
import dev.posthorn.server.boot.ServerOptions;
import dev.posthorn.server.http.HttpLimits;
import dev.posthorn.signature.Keys;
import dev.posthorn.signature.Verifier;
import dev.posthorn.spi.transport.AddressPolicy;
import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.ReceivedRequest;
import dev.posthorn.testkit.receiver.Receiver;
import dev.posthorn.testkit.receiver.TestCertificate;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Keys, backups, the hold after a restore and the exchange of the secret key. */
class OperateTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String SECRET = "a secret that only tests know, long enough";
  private static final String JWT = new Jwts(SECRET).sign("org_a", Instant.EPOCH, null);
  private static final String OLD = Base64.getEncoder().encodeToString(new byte[32]);
  private static final String NEW =
      Base64.getEncoder()
          .encodeToString(
              "01234567890123456789012345678901"
                  .getBytes(java.nio.charset.StandardCharsets.US_ASCII));

  @TempDir private Path folder;
  @AutoClose private final HttpClient http = HttpClient.newHttpClient();

  private final StringWriter text = new StringWriter();
  private Path db;

  @BeforeEach
  void nameTheDatabase() {
    db = folder.resolve("posthorn.db");
  }

  private int run(String... arguments) {
    text.getBuffer().setLength(0);
    return Commands.run(text, arguments);
  }

  private PosthornServer serve(Path file, String secretKey, List<Long> waits) {
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    return PosthornServer.start(
        new ServerOptions(
            file,
            SecretKey.keyring(secretKey),
            new ServerOptions.Access(any, any, SECRET),
            EngineOptions.DEFAULT.withRetryWaits(waits).withJitter(0),
            HttpTransportOptions.builder().addresses(AddressPolicy.allowing("127.0.0.0/8")).build(),
            HttpLimits.DEFAULT));
  }

  private JsonNode send(
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

  private String endpoint(PosthornServer server, String url) throws Exception {
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

  private int message(PosthornServer server, String app) throws Exception {
    return send(
            server,
            "POST",
            "/api/v1/app/" + app + "/msg",
            JWT,
            "{\"eventType\":\"a.b\",\"payload\":{}}")
        .path("status")
        .asInt();
  }

  // ---- keys ----------------------------------------------------------------------------------

  private int statusWith(PosthornServer server, String token) throws Exception {
    return send(server, "GET", "/api/v1/app", token, null).path("status").asInt();
  }

  @Test
  void aKeyOpensItsEnvironmentUntilItIsRevoked() throws Exception {
    assertThat(run("keys", "create", "--db", db.toString(), "--name", "ci", "--json")).isZero();
    JsonNode key = JSON.readTree(text.toString());
    String token = key.path("token").asString();
    assertThat(token).startsWith("phk_");
    try (PosthornServer server = serve(db, OLD, List.of())) {
      assertThat(statusWith(server, token)).isEqualTo(200);
      assertThat(statusWith(server, token + "x")).isEqualTo(401);
    }
    assertThat(run("keys", "list", "--db", db.toString())).isZero();
    assertThat(text.toString())
        .contains("ci", "org_default", key.path("id").asString(), "never")
        .doesNotContain(token);
    assertThat(run("keys", "revoke", "--db", db.toString(), key.path("id").asString())).isZero();
    try (PosthornServer server = serve(db, OLD, List.of())) {
      assertThat(statusWith(server, token)).isEqualTo(401);
    }
  }

  @Test
  void aRotatedKeyCountsForItsGraceAndTheNewOneAtOnce() throws Exception {
    String file = db.toString();
    assertThat(run("keys", "create", "--db", file, "--json")).isZero();
    JsonNode first = JSON.readTree(text.toString());
    String id = first.path("id").asString();
    assertThat(run("keys", "rotate", "--db", file, "--grace", "1h", id, "--json")).isZero();
    JsonNode second = JSON.readTree(text.toString());
    try (PosthornServer server = serve(db, OLD, List.of())) {
      assertThat(statusWith(server, first.path("token").asString())).isEqualTo(200);
      assertThat(statusWith(server, second.path("token").asString())).isEqualTo(200);
    }
    String next = second.path("id").asString();
    assertThat(run("keys", "rotate", "--db", file, "--grace", "0s", next, "--json")).isZero();
    try (PosthornServer server = serve(db, OLD, List.of())) {
      assertThat(statusWith(server, second.path("token").asString())).isEqualTo(401);
    }
  }

  @Test
  void keysOfADatabaseThatIsInUseAreRefusedWithTheWayOut() {
    try (PosthornServer server = serve(db, OLD, List.of())) {
      assertThat(server.url()).startsWith("http");
      assertThat(run("keys", "list", "--db", db.toString())).isEqualTo(1);
      assertThat(text.toString()).contains("running server").contains("POSTHORN_URL");
    }
  }

  @Test
  void keysOfARunningServerAreMadeListedRotatedAndRevokedToo() throws Exception {
    try (PosthornServer server = serve(db, OLD, List.of())) {
      String[] where = {"--url", server.url(), "--token", JWT, "--environment", "org_a"};
      assertThat(run(with(where, "keys", "create", "--name", "ci", "--json"))).isZero();
      JsonNode first = JSON.readTree(text.toString());
      assertThat(statusWith(server, first.path("token").asString())).isEqualTo(200);
      String id = first.path("id").asString();
      assertThat(run(with(where, "keys", "rotate", "--grace", "1h", id, "--json"))).isZero();
      JsonNode second = JSON.readTree(text.toString());
      assertThat(second.path("name").asString()).isEqualTo("ci");
      assertThat(statusWith(server, first.path("token").asString())).isEqualTo(200);
      assertThat(run(with(where, "keys", "list"))).isZero();
      assertThat(text.toString()).contains(id, second.path("id").asString(), "never");
      assertThat(run(with(where, "keys", "revoke", id))).isZero();
      assertThat(statusWith(server, first.path("token").asString())).isEqualTo(401);
      assertThat(statusWith(server, second.path("token").asString())).isEqualTo(200);
    }
  }

  @Test
  void aKeyThatIsRotatedGivesNoMoreThanItself() throws Exception {
    String reader;
    String sender;
    try (PosthornServer server = serve(db, OLD, List.of())) {
      send(server, "POST", "/api/v1/app", JWT, "{\"name\":\"x\",\"uid\":\"acme\"}");
      String keys = "/api/v1/management/authentication/org_a/api-token";
      String scopes = "{\"name\":\"r\",\"scopes\":[\"ViewBase\"]}";
      reader = send(server, "POST", keys, JWT, scopes).at("/body/id").asString();
      String path = "/api/v1/auth/app/acme/create-message-token";
      String hour = "{\"name\":\"s\",\"expiry\":3600}";
      sender = send(server, "POST", path, JWT, hour).at("/body/id").asString();
      String[] where = {"--url", server.url(), "--token", JWT, "--environment", "org_a"};
      String[] more = {reader, sender};
      for (int i = 0; i < more.length; i++) {
        assertThat(run(with(where, "keys", "rotate", "--grace", "1h", more[i], "--json"))).isZero();
        JsonNode fresh = JSON.readTree(text.toString());
        assertSame(server, fresh.path("token").asString(), i == 0 ? "ViewBase" : "CreateMessages");
        assertThat(fresh.path("expires").isNull()).isEqualTo(i == 0);
        more[i] = fresh.path("id").asString();
      }
      assertThat(run(with(where, "keys", "rotate", reader))).isEqualTo(1); // it ends in an hour
      reader = more[0];
      sender = more[1];
    }
    for (String id : List.of(reader, sender)) {
      assertThat(run("keys", "rotate", "--db", db.toString(), id, "--json")).isZero();
      JsonNode fresh = JSON.readTree(text.toString());
      boolean reads = id.equals(reader);
      assertThat(fresh.path("expires").isNull()).isEqualTo(reads);
      try (PosthornServer server = serve(db, OLD, List.of())) {
        assertSame(server, fresh.path("token").asString(), reads ? "ViewBase" : "CreateMessages");
      }
    }
  }

  private void assertSame(PosthornServer server, String token, String scope) throws Exception {
    JsonNode who = send(server, "GET", "/api/v1/auth/whoami", token, null).path("body");
    assertThat(who.path("capabilities").toString()).isEqualTo("[\"" + scope + "\"]");
    assertThat(who.path("appId").isNull()).isEqualTo(scope.equals("ViewBase"));
  }

  private static String[] with(String[] more, String... arguments) {
    return Stream.concat(Stream.of(arguments), Stream.of(more)).toArray(String[]::new);
  }

  // ---- what a running server does ------------------------------------------------------------

  @Test
  void endpointsAreAddedListedAndRemovedAndMessagesSentAndReplayed() throws Exception {
    AtomicInteger status = new AtomicInteger(500);
    try (Receiver receiver = Receiver.answering(request -> Answer.status(status.get()));
        PosthornServer server = serve(db, OLD, List.of())) {
      String app =
          send(server, "POST", "/api/v1/app", JWT, "{\"name\":\"A\"}").at("/body/id").asString();
      String[] where = {"--url", server.url(), "--token", JWT, "--app", app};
      String to = receiver.url("/");
      assertThat(run(with(where, "endpoints", "add", to, "--event", "a.b"))).isEqualTo(1);
      assertThat(text.toString()).contains("event types that there are not: \"a.b\"");
      send(server, "PUT", "/api/v1/event-type/a.b", JWT, "{\"description\":\"\"}");
      assertThat(run(with(where, "endpoints", "add", to, "--event", "a.b", "--json"))).isZero();
      JsonNode endpoint = JSON.readTree(text.toString());
      assertThat(endpoint.path("secret").asString()).startsWith("whsec_");
      String id = endpoint.path("id").asString();
      assertThat(run(with(where, "endpoints", "list"))).isZero();
      assertThat(text.toString()).contains(id, to, "a.b", "enabled");

      assertThat(run(with(where, "send", "a.b", "{\"n\":1}"))).isEqualTo(1);
      assertThat(text.toString()).contains("500", "not every delivery succeeded");
      status.set(200);
      assertThat(run(with(where, "send", "a.b", "{\"n\":1}", "--json"))).isZero();
      String message = JSON.readTree(text.toString()).path("id").asString();
      assertThat(run(with(where, "send", "a.b", "{"))).isEqualTo(2);
      receiver.awaitRequests(2);
      assertThat(run(with(where, "replay", "--endpoint", id, "--since", "1h"))).isZero();
      receiver.awaitRequests(3);
      assertThat(run(with(where, "replay", "--endpoint", id, "--message", message))).isZero();
      receiver.awaitRequests(4);
      assertThat(run(with(where, "replay", "--endpoint", id))).isEqualTo(2);

      assertThat(run(with(where, "send", "a.typo"))).isEqualTo(1);
      assertThat(text.toString()).contains("matched no endpoint, of 1: 1 for other event types");
      assertThat(run(with(where, "send", "a.typo", "--json"))).isEqualTo(1);
      assertThat(JSON.readTree(text.toString()).path("matchedEndpoints").asInt(-1)).isZero();

      assertThat(run(with(where, "endpoints", "remove", id))).isZero();
      assertThat(run(with(where, "endpoints", "list", "--json"))).isZero();
      assertThat(text.toString()).isEmpty();
      assertThat(run(with(where, "endpoints", "remove", id))).isEqualTo(1);
      assertThat(text.toString()).contains("404");
    }
  }

  @Test
  void eachAttemptIsPrintedOnceTheFirstOneFirst() throws Exception {
    AtomicInteger attempts = new AtomicInteger();
    try (Receiver receiver =
            Receiver.answering(
                request -> {
                  int attempt = attempts.incrementAndGet();
                  return Answer.status(attempt < 3 ? 500 : 200).body("attempt-" + attempt);
                });
        PosthornServer server = serve(db, OLD, List.of(10L, 10L))) {
      String app = endpoint(server, receiver.url("/"));
      assertThat(run("send", "a.b", "{}", "--url", server.url(), "--token", JWT, "--app", app))
          .isZero();
      assertThat(text.toString()).contains("every delivery succeeded");
      assertThat(
              text.toString()
                  .lines()
                  .filter(line -> line.contains("attempt-"))
                  .map(OperateTest::last))
          .containsExactly("attempt-1", "attempt-2", "attempt-3");
    }
  }

  private static String last(String line) {
    return line.substring(line.lastIndexOf(' ') + 1);
  }

  @Test
  void aServerThatIsNotThereOrNotNamedIsTold() {
    assertThat(run("endpoints", "list", "--app", "a", "--url", "http://127.0.0.1:1")).isEqualTo(1);
    assertThat(text.toString()).contains("cannot reach http://127.0.0.1:1");
    assertThat(run("endpoints", "list", "--app", "a")).isEqualTo(1);
    assertThat(text.toString()).contains("--url URL");
  }

  @Test
  void aListenerHasAnEndpointAtTheServerAsLongAsItListens() throws Exception {
    try (PosthornServer server = serve(db, OLD, List.of())) {
      String app =
          send(server, "POST", "/api/v1/app", JWT, "{\"name\":\"A\"}").at("/body/id").asString();
      StringWriter heard = new StringWriter();
      CommandLine listen = Main.commandLine();
      listen.setOut(new PrintWriter(heard, true));
      CompletableFuture<Integer> ended =
          CompletableFuture.supplyAsync(
              () ->
                  listen.execute(
                      "listen",
                      "--port",
                      "0",
                      "--count",
                      "1",
                      "--forward-from",
                      server.url(),
                      "--token",
                      JWT,
                      "--app",
                      app),
              OwnThread::start);
      Await.until("it listens", () -> heard.toString().contains("listening on"));
      assertThat(message(server, app)).isEqualTo(202);
      assertThat(ended.get(20, TimeUnit.SECONDS)).isZero();
      assertThat(heard.toString()).contains("  verified  ");
      JsonNode left = send(server, "GET", "/api/v1/app/" + app + "/endpoint", JWT, null);
      assertThat(left.at("/body/data").size()).isZero();
    }
  }

  @Test
  void aListenerPassesOnToAnotherServerWhoseAnswerCounts() throws Exception {
    AtomicInteger status = new AtomicInteger(500);
    try (Receiver mine = Receiver.answering(request -> Answer.status(status.get()).body("mine"));
        PosthornServer server = serve(db, OLD, List.of(1L))) {
      String app =
          send(server, "POST", "/api/v1/app", JWT, "{\"name\":\"A\"}").at("/body/id").asString();
      StringWriter heard = new StringWriter();
      CommandLine listen = Main.commandLine();
      listen.setOut(new PrintWriter(heard, true));
      String[] arguments = {
        "listen",
        "--port",
        "0",
        "--count",
        "2",
        "--forward-from",
        server.url(),
        "--token",
        JWT,
        "--app",
        app,
        "--forward-to",
        mine.url("/hooks")
      };
      CompletableFuture<Integer> ended =
          CompletableFuture.supplyAsync(() -> listen.execute(arguments), OwnThread::start);
      Await.until("it listens", () -> heard.toString().contains("signed with"));
      assertThat(message(server, app)).isEqualTo(202);
      mine.awaitRequests(1);
      status.set(200);
      assertThat(ended.get(30, TimeUnit.SECONDS)).isZero();
      String secret = heard.toString().replaceAll("(?s).*signed with (\\S+).*", "$1");
      for (ReceivedRequest request : mine.requests()) {
        assertThat(request.path()).isEqualTo("/hooks");
        Verifier.of(secret).verify(request::header, request.body());
      }
      assertThat(heard.toString())
          .contains("forwarded to " + mine.url("/hooks"), "-> 500", "-> 200");
    }
  }

  @Test
  void whatIsNotVerifiedIsNotPassedOn() throws Exception {
    try (Receiver mine = Receiver.start()) {
      StringWriter heard = new StringWriter();
      CommandLine listen = Main.commandLine();
      listen.setOut(new PrintWriter(heard, true));
      String[] arguments = {
        "listen",
        "--port",
        "0",
        "--count",
        "1",
        "--secret",
        Keys.generateSecret(),
        "--forward-to",
        mine.url("/hooks")
      };
      CompletableFuture<Integer> ended =
          CompletableFuture.supplyAsync(() -> listen.execute(arguments), OwnThread::start);
      Await.until("it listens", () -> heard.toString().contains("forwarding to"));
      String url = heard.toString().replaceAll("(?s).*listening on (\\S+).*", "$1");
      HttpRequest forged =
          HttpRequest.newBuilder(URI.create(url)).POST(BodyPublishers.ofString("{}")).build();
      assertThat(http.send(forged, HttpResponse.BodyHandlers.discarding()).statusCode())
          .isEqualTo(401);
      assertThat(ended.get(30, TimeUnit.SECONDS)).isEqualTo(1);
      assertThat(mine.count()).isZero();
    }
  }

  @Test
  void whatCannotBeToldApartIsRefusedWithTheRemedy() {
    String to = "http://127.0.0.1:3000/";
    assertThat(run("listen", "--forward-to", "3000")).isEqualTo(2);
    assertThat(text.toString()).contains("--forward-to: must be a URL such as");
    assertThat(run("listen", "--forward-to", to, "--status", "200")).isEqualTo(2);
    assertThat(text.toString()).contains("--status: must be left out");
    String[] from = {"--forward-from", "http://127.0.0.1:1", "--app", "a", "--secret"};
    assertThat(run(with(new String[] {"whpk_abc"}, with(from, "listen")))).isEqualTo(2);
    assertThat(text.toString()).contains("--secret: must be whsec_");
  }

  @Test
  void aListenerDoesNotPassOnToItself() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    String own = "http://localhost:" + port + "/";
    assertThat(run("listen", "--port", Integer.toString(port), "--forward-to", own)).isEqualTo(2);
    assertThat(text.toString()).contains("--forward-to: must be another port");
  }

  // ---- backup and restore --------------------------------------------------------------------

  @Test
  void aRestoredServerTakesMessagesButDeliversNothingUntilItIsReleased() throws Exception {
    Path copy = folder.resolve("copy.db");
    AtomicInteger status = new AtomicInteger(500);
    try (Receiver receiver = Receiver.answering(request -> Answer.status(status.get()))) {
      try (PosthornServer server = serve(db, OLD, List.of(100L, 100L, 3_600_000L))) {
        String app = endpoint(server, receiver.url("/"));
        assertThat(message(server, app)).isEqualTo(202);
        receiver.awaitRequests(3);
        assertThat(
                run(
                    "backup",
                    "--to",
                    copy.toString(),
                    "--db",
                    db.toString(),
                    "--admin-url",
                    String.valueOf(server.adminUrl())))
            .isZero();
      }
      Path fresh = folder.resolve("fresh.db");
      String[] restore = {"restore", "--from", copy.toString(), "--db", fresh.toString(), "--hold"};
      assertThat(run(restore)).isZero();
      assertThat(run(restore)).isEqualTo(1);
      assertThat(text.toString()).contains("exists").contains("move it away");

      status.set(200);
      long before = receiver.count();
      String app;
      try (PosthornServer server = serve(fresh, OLD, List.of(100L))) {
        assertThat(server.engine().hold().isHeld()).isTrue();
        app = send(server, "GET", "/api/v1/app", JWT, null).at("/body/data/0/id").asString();
        assertThat(message(server, app)).isEqualTo(202);
      }
      // A hold outlasts a restart, and a stop with it does not wait for anything.
      try (PosthornServer server = serve(fresh, OLD, List.of(100L))) {
        assertThat(message(server, app)).isEqualTo(202);
        assertThat(receiver.count()).isEqualTo(before);
        assertThat(
                run(
                    "release",
                    "--db",
                    fresh.toString(),
                    "--admin-url",
                    String.valueOf(server.adminUrl())))
            .isZero();
        Await.until("the new ones come", () -> receiver.count() >= before + 2);
        assertThat(server.engine().hold().isHeld()).isFalse();
      }
      try (PosthornServer server = serve(fresh, OLD, List.of(100L))) {
        assertThat(server.engine().hold().isHeld()).isFalse();
      }
    }
  }

  @Test
  void aRunningServerIsAskedForTheCopyOfItsDatabaseIfItsTokenCanBeRead() throws Exception {
    Path copy = folder.resolve("copy.db");
    try (PosthornServer server = serve(db, OLD, List.of())) {
      String elsewhere = folder.resolve("elsewhere.db").toString();
      Files.writeString(AdminToken.file(Path.of(elsewhere)), "pha_of_another_server");
      String[] where = {"--admin-url", String.valueOf(server.adminUrl())};
      assertThat(run(with(where, "release", "--db", elsewhere))).isEqualTo(1);
      assertThat(text.toString()).contains("401").contains("not the admin token of this start");
      Files.delete(AdminToken.file(Path.of(elsewhere)));
      assertThat(run(with(where, "release", "--db", elsewhere))).isEqualTo(1);
      assertThat(text.toString()).contains("401").contains("--db FILE");
      assertThat(run(with(where, "backup", "--db", db.toString(), "--to", copy.toString())))
          .isZero();
      String token = "@" + AdminToken.file(db);
      assertThat(run(with(where, "release", "--admin-token", token))).isZero();
    }
    assertThat(run("keys", "list", "--db", copy.toString())).isZero();
  }

  @Test
  void aFileThatIsNoDatabaseIsNotRestored() throws Exception {
    Path text1 = Files.writeString(folder.resolve("text"), "not a database, but long enough");
    assertThat(run("restore", "--from", text1.toString(), "--db", db.toString())).isEqualTo(1);
    assertThat(text.toString()).contains("--from");
    assertThat(db).doesNotExist();
    assertThat(folder.resolve("posthorn.db.restoring")).doesNotExist();
  }

  @Test
  void aBackupThatSomebodyAddedToIsNotRestored() throws Exception {
    assertThat(run("keys", "create", "--db", db.toString())).isZero();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + db);
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TRIGGER evil AFTER DELETE ON token BEGIN"
              + " INSERT INTO token SELECT old.*; END");
    }
    Path fresh = folder.resolve("fresh.db");
    assertThat(run("restore", "--from", db.toString(), "--db", fresh.toString())).isEqualTo(1);
    assertThat(text.toString()).contains("--from: " + db, "trigger evil");
    assertThat(fresh).doesNotExist();
    assertThat(folder.resolve("fresh.db.restoring")).doesNotExist();
  }

  @Test
  void aStoppedDatabaseIsCopiedToo() {
    assertThat(run("keys", "create", "--db", db.toString())).isZero();
    Path copy = folder.resolve("copy.db");
    assertThat(run("backup", "--db", db.toString(), "--to", copy.toString())).isZero();
    assertThat(run("keys", "list", "--db", copy.toString())).isZero();
    assertThat(text.toString().toLowerCase(Locale.ROOT)).contains("org_default");
    assertThat(run("backup", "--db", db.toString(), "--to", copy.toString())).isEqualTo(1);
  }

  // ---- the secret key ------------------------------------------------------------------------

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
        assertThat(
                run(
                    "reencrypt",
                    "--db",
                    db.toString(),
                    "--admin-url",
                    String.valueOf(server.adminUrl())))
            .isZero();
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
