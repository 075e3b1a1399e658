package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.Receiver;
import java.io.BufferedReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code serve --dev}: a temporary server for experiments, which leaves no files behind. */
class DevModeTest {
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir private Path folder;

  private ServerProcess start(Map<String, String> environment, Path temporary, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of("serve", "--dev", "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"));
    arguments.addAll(List.of(more));
    Process process =
        ServerProcess.spawn(
            folder,
            environment,
            List.of("-Xmx128m", "-Djava.io.tmpdir=" + temporary),
            Main.class,
            arguments);
    return ServerProcess.ready(folder, process);
  }

  private static String found(String regex, String text) {
    Matcher matcher = Pattern.compile(regex).matcher(text);
    assertThat(matcher.find()).as("%s in %s", regex, text).isTrue();
    return matcher.group(1);
  }

  @Test
  void whatItPrintsWorksAndItsStopLeavesNothingBehind() throws Exception {
    Path temporary = Files.createDirectory(folder.resolve("temporary"));
    try (Receiver receiver = Receiver.start();
        ServerProcess server = start(Map.of(), temporary)) {
      String printed = server.log();
      assertThat(printed).contains("FOR DEVELOPMENT ONLY", "secret key", "bin/posthorn listen");
      assertThat(found("database +(\\S+)", printed)).startsWith(temporary.toString());
      String token = found("token +(phk_\\S+)", printed);
      String curl = found("(?m)^ +curl (.*)$", printed);
      assertThat(curl).contains("'Authorization: Bearer " + token + "'");

      String app = server.url() + "/api/v1/app/dev";
      String endpoint = "{\"url\":\"" + receiver.url("/hook") + "\"}";
      assertThat(server.send("POST", app + "/endpoint", token, endpoint).statusCode())
          .isEqualTo(201);
      JsonNode message =
          JSON.readTree(
              server.send("POST", found("^(\\S+)", curl), token, found("-d '(.*)'$", curl)).body());
      assertThat(message.path("matchedEndpoints").asInt()).as("%s", message).isEqualTo(1);
      receiver.awaitRequests(1);

      JsonNode settings = JSON.readTree(get(server, token, "/console/settings")).path("data");
      assertThat(source(settings, "db")).isEqualTo("--dev");
      assertThat(source(settings, "listen")).isEqualTo("--listen");
      assertThat(source(settings, "public-url")).isEqualTo("default");

      server.terminate();
      assertThat(server.awaitEnd()).isZero();
    }
    assertThat(temporary).isEmptyDirectory();
  }

  /** A newcomer must see successes, failures and a link to the console at once. */
  @Test
  void aSampleFillsTheConsoleAndEndsWithTheServer() throws Exception {
    Path temporary = Files.createDirectory(folder.resolve("temporary"));
    try (ServerProcess server = start(Map.of(), temporary, "--sample")) {
      String printed = server.log();
      assertThat(found("console +(\\S+)", printed)).contains("/console#code=");
      assertThat(printed).contains("5 sample applications get messages");
      String token = found("token +(phk_\\S+)", printed);
      assertThat(JSON.readTree(get(server, token, "/event-type")).at("/data")).hasSize(5);
      awaitAttempt(server, token, "/app/heron/attempt/endpoint/shop", 200);
      awaitAttempt(server, token, "/app/heron/attempt/endpoint/accounting", 503);
      awaitAttempt(server, token, "/app/kite/attempt/endpoint/fraud", 500);
      awaitAttempt(server, token, "/app/mill/attempt/endpoint/stock", 0);
      assertThat(server.log()).doesNotContain("Sample messages end", "ERROR");

      server.terminate();
      assertThat(server.awaitEnd()).isZero();
    }
    assertThat(temporary).isEmptyDirectory();
  }

  private static String source(JsonNode settings, String name) {
    return settings
        .valueStream()
        .filter(one -> one.path("name").asString().equals(name))
        .map(one -> one.path("source").asString())
        .findFirst()
        .orElseThrow();
  }

  private static String get(ServerProcess server, String token, String path) {
    return server.send("GET", server.url() + "/api/v1" + path, token, null).body();
  }

  private static void awaitAttempt(ServerProcess server, String token, String path, int status) {
    Await.until(
        path + " has an attempt with status " + status,
        () -> get(server, token, path).contains("\"responseStatusCode\":" + status + ","));
  }

  /** Environment variables may belong to another server, whose database must stay untouched. */
  @Test
  void variablesOfAnotherServerAreIgnoredAndThatIsSaid() throws Exception {
    Path database = folder.resolve("other.db");
    Map<String, String> other =
        Map.of(
            "POSTHORN_DB", database.toString(),
            "POSTHORN_STORE", "postgresql://localhost/other",
            "POSTHORN_SCHEMA", "other",
            "POSTHORN_INBOX", "postgresql://localhost/shop",
            "POSTHORN_SECRET_KEY", "not even a key",
            "POSTHORN_PROXY", "http://127.0.0.1:9");
    try (ServerProcess server = start(other, Files.createDirectory(folder.resolve("temporary")))) {
      server.awaitLog("Ignored db from POSTHORN_DB");
      server.awaitLog("Ignored store from POSTHORN_STORE");
      server.awaitLog("Ignored schema from POSTHORN_SCHEMA");
      server.awaitLog("Ignored inbox from POSTHORN_INBOX");
      server.awaitLog("Ignored secret-key from POSTHORN_SECRET_KEY");
      server.awaitLog("Ignored proxy from POSTHORN_PROXY");
      assertThat(server.log()).doesNotContain("not even a key");
    }
    assertThat(database).doesNotExist();
  }

  @Test
  void theDemoEndsWithAConsoleIfAsked() throws Exception {
    Process demo =
        ServerProcess.spawn(
            folder,
            Map.of("POSTHORN_TEMP_DIR", Files.createDirectory(folder.resolve("tmp")).toString()),
            List.of("-Xmx128m"),
            Main.class,
            List.of("demo", "--console"));
    try (BufferedReader out = demo.inputReader(StandardCharsets.UTF_8)) {
      assertThat(out.lines().takeWhile(line -> !line.startsWith("ready http")))
          .contains("Every check passed.");
      assertThat(demo.isAlive()).isTrue();
      assertThat(Files.readString(folder.resolve("log"))).contains("/console#code=");
      demo.toHandle().destroy();
      assertThat(demo.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(demo.exitValue()).isZero();
    } finally {
      demo.destroyForcibly();
    }
  }

  @Test
  void aSampleNeedsTheTemporaryDatabase() {
    StringWriter text = new StringWriter();
    assertThat(Commands.run(text, "serve", "--sample")).isEqualTo(2);
    assertThat(text.toString()).contains("--sample: only with --dev");
  }

  @ParameterizedTest
  @CsvSource({
    "--db, posthorn.db, temporary",
    "--store, postgresql://localhost/hooks, temporary",
    "--schema, hooks, no PostgreSQL database",
    "--inbox, postgresql://localhost/shop, other programs",
    "--inbox-table, rows, no PostgreSQL database",
    "--secret-key, 2:KEY, makes a key",
    "--proxy, http://127.0.0.1:3128, proxy",
    "--public-url, https://hooks.example.com, from elsewhere",
    "--listen, 0.0.0.0:8071, 127.0.0.1:PORT",
    "--admin-listen, 192.0.2.1:8072, 127.0.0.1:PORT"
  })
  void flagsThatContradictItAreRefused(String flag, String value, String remedy) {
    StringWriter text = new StringWriter();
    assertThat(Commands.run(text, "serve", "--dev", flag, value)).isEqualTo(2);
    assertThat(text.toString()).contains(flag + ": not with --dev", remedy);
  }
}
