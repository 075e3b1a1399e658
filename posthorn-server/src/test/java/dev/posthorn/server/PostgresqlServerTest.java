package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.testkit.postgresql.PostgresqlExtension;
import dev.posthorn.testkit.postgresql.TestDatabase;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.Receiver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/**
 * Server processes on one PostgreSQL database: one serves, the others wait. They take seconds to
 * start, and a lease of a process that stands still has to end.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@ExtendWith(PostgresqlExtension.class)
class PostgresqlServerTest {
  /** The time for a start of a process beside other work. */
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private static final JsonMapper JSON = new JsonMapper();
  private static final String TOKEN = ServerFixture.token("org_a");
  private static final Map<String, String> SECRETS =
      Map.of(
          "POSTHORN_JWT_SECRET",
          ServerFixture.SECRET,
          "POSTHORN_SECRET_KEY",
          "0".repeat(64),
          "POSTHORN_DB",
          "/nobody/uses/this.db");

  @TempDir private Path folder;
  @AutoClose private final HttpClient http = HttpClient.newHttpClient();
  @AutoClose private final Receiver receiver = Receiver.start();
  private final List<Process> processes = new ArrayList<>();

  @AfterEach
  void endProcesses() throws InterruptedException {
    for (Process process : processes) {
      process.destroyForcibly().waitFor();
    }
  }

  /** A server process and its admin listener. */
  private record Node(Process process, Path folder, String admin) {
    String url() {
      return ServerProcess.ready(folder, process).url();
    }

    String log() throws IOException {
      return Files.readString(folder.resolve("log"));
    }

    int exitCode() throws InterruptedException {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("it ended").isTrue();
      return process.exitValue();
    }
  }

  private Node spawn(TestDatabase database, String... more) throws IOException {
    Path own = Files.createDirectory(folder.resolve("node-" + processes.size()));
    String admin = freeAddress();
    List<String> arguments = new ArrayList<>(List.of("--admin-listen", admin));
    arguments.addAll(List.of(more));
    Process process =
        ServerProcess.spawnOn(
            database.url().substring("jdbc:".length()),
            own,
            SECRETS,
            arguments.toArray(String[]::new));
    processes.add(process);
    return new Node(process, own, "http://" + admin);
  }

  private static String freeAddress() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return "127.0.0.1:" + socket.getLocalPort();
    }
  }

  private HttpResponse<String> send(String method, String url, String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url)).header("Authorization", "Bearer " + TOKEN);
    request.method(
        method,
        body.isEmpty()
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofString(body));
    try {
      return http.send(
          body.isEmpty()
              ? request.build()
              : request.header("Content-Type", "application/json").build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private String message(String url) {
    HttpResponse<String> sent =
        send("POST", url + "/api/v1/app/a/msg", "{\"eventType\":\"a.b\",\"payload\":{}}");
    assertThat(sent.statusCode()).as(sent.body()).isEqualTo(202);
    return JSON.readTree(sent.body()).path("id").asString();
  }

  private void createEndpoint(String url) {
    send("POST", url + "/api/v1/app", "{\"name\":\"A\",\"uid\":\"a\"}");
    HttpResponse<String> made =
        send("POST", url + "/api/v1/app/a/endpoint", "{\"url\":\"" + receiver.url("/") + "\"}");
    assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
  }

  private void awaitWaiting(Node node) {
    Await.until(
        "it waits",
        PATIENCE,
        () -> {
          try {
            return send("GET", node.admin() + "/health/ready", "").body().contains("waiting");
          } catch (UncheckedIOException e) {
            return false; // it does not listen yet
          }
        });
  }

  @Test
  void aSecondServerWaitsAndTakesOverOnceTheFirstHasStopped(TestDatabase database)
      throws Exception {
    Node first = spawn(database);
    String url = first.url();
    createEndpoint(url);
    String early = message(url);

    Node second = spawn(database);
    awaitWaiting(second);
    HttpResponse<String> ready = send("GET", second.admin() + "/health/ready", "");
    assertThat(ready.statusCode()).isEqualTo(503);
    assertThat(ready.body())
        .contains("\"status\":\"waiting\"", "the lease of ", "process " + first.process().pid());
    assertThat(send("GET", second.admin() + "/health/live", "").statusCode()).isEqualTo(200);

    first.process().toHandle().destroy(); // SIGTERM
    String then = second.url();
    assertThat(first.exitCode()).isZero();
    assertThat(first.log()).contains("Ignored db from POSTHORN_DB").doesNotContain("ERROR");
    assertThat(send("GET", second.admin() + "/health/ready", "").statusCode()).isEqualTo(200);
    String late = message(then);
    assertThat(send("GET", then + "/api/v1/app/a/msg", "").body()).contains(early, late);
    receiver.awaitRequests(2);
    assertThat(receiver.requests().stream().map(request -> request.header("webhook-id")))
        .containsExactlyInAnyOrder(early, late);
    assertThat(database.query("SELECT count(*) FROM posthorn.heartbeat")).containsExactly("1");
  }

  @Test
  void aSignalEndsAServerThatWaits(TestDatabase database) throws Exception {
    Node first = spawn(database);
    String url = first.url();
    Node second = spawn(database);
    awaitWaiting(second);
    second.process().toHandle().destroy();
    assertThat(second.exitCode()).isZero();
    assertThat(second.log()).contains("Stopped before the start was complete");
    assertThat(send("GET", url + "/api/v1/app", "").statusCode()).isEqualTo(200);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aServerThatStoodStillWhileAnotherTookOverEndsWithOne(TestDatabase database)
      throws Exception {
    Node first = spawn(database, "--lease", "3s");
    String url = first.url();
    createEndpoint(url);
    String early = message(url);
    Await.until(
        "the outcome is stored",
        () -> database.query("SELECT count(*) FROM posthorn.attempt").equals(List.of("1")));
    signal(first, "-STOP");

    Node second = spawn(database, "--lease", "3s");
    String then = second.url();
    signal(first, "-CONT");
    assertThat(first.exitCode()).isEqualTo(1);
    assertThat(first.log())
        .contains("Another process has taken over the store: this one ends with exit code 1");

    String late = message(then);
    receiver.awaitRequests(2);
    assertThat(receiver.requests().stream().map(request -> request.header("webhook-id")))
        .containsExactly(early, late);
  }

  private static void signal(Node node, String signal) throws Exception {
    Process kill =
        new ProcessBuilder("kill", signal, String.valueOf(node.process().pid()))
            .inheritIO()
            .start();
    assertThat(kill.waitFor()).isZero();
  }

  @Test
  void aDatabaseThatIsNotThereEndsTheStartWithOneAndTheReason(TestDatabase database)
      throws Exception {
    Path own = Files.createDirectory(folder.resolve("nowhere"));
    Process process =
        ServerProcess.spawnOn(
            "postgresql://nobody@" + freeAddress() + "/none?password=not-shown",
            own,
            SECRETS,
            "--admin-listen",
            "none");
    processes.add(process);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(1);
    assertThat(Files.readString(own.resolve("log")))
        .contains("posthorn: ", "/none")
        .doesNotContain("not-shown", "Exception");
  }
}
