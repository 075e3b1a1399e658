package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.testkit.postgresql.TestDatabase;
import dev.posthorn.testkit.receiver.Await;
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
import tools.jackson.databind.json.JsonMapper;

/** Server processes on one PostgreSQL database, and requests to them. */
final class ServerNodes implements AutoCloseable {
  /** The time for a start of a process beside other work. */
  static final Duration PATIENCE = Duration.ofMinutes(3);

  static final Map<String, String> SECRETS =
      Map.of(
          "POSTHORN_JWT_SECRET",
          ServerFixture.SECRET,
          "POSTHORN_SECRET_KEY",
          "0".repeat(64),
          "POSTHORN_DB",
          "/nobody/uses/this.db");

  private static final JsonMapper JSON = new JsonMapper();
  private static final String TOKEN = ServerFixture.token("org_a");

  private final Path folder;
  private final TestDatabase database;
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<Process> processes = new ArrayList<>();

  /**
   * Creates an instance without processes.
   *
   * @param folder gets their logs
   */
  ServerNodes(Path folder, TestDatabase database) {
    this.folder = folder;
    this.database = database;
  }

  /** A server process and its admin listener. */
  record Node(Process process, Path folder, String admin) {
    /** Waits until it is ready; returns the URL of its API. */
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

    /** Sends SIGTERM. */
    void terminate() {
      process.toHandle().destroy();
    }

    void signal(String signal) throws Exception {
      Process kill =
          new ProcessBuilder("kill", signal, String.valueOf(process.pid())).inheritIO().start();
      assertThat(kill.waitFor()).isZero();
    }
  }

  /** Starts a server without waiting for it. */
  Node spawn(String... more) throws IOException {
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

  static String freeAddress() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return "127.0.0.1:" + socket.getLocalPort();
    }
  }

  HttpResponse<String> send(String method, String url, String body) {
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

  /** Creates an application and an endpoint of it. */
  void createEndpoint(String url, String application, String receiver) {
    send("POST", url + "/api/v1/app", "{\"name\":\"A\",\"uid\":\"" + application + "\"}");
    HttpResponse<String> made =
        send(
            "POST",
            url + "/api/v1/app/" + application + "/endpoint",
            "{\"url\":\"" + receiver + "\"}");
    assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
  }

  /** Sends a message; returns its id. */
  String message(String url, String application) {
    HttpResponse<String> sent =
        send(
            "POST",
            url + "/api/v1/app/" + application + "/msg",
            "{\"eventType\":\"a.b\",\"payload\":{}}");
    assertThat(sent.statusCode()).as(sent.body()).isEqualTo(202);
    return JSON.readTree(sent.body()).path("id").asString();
  }

  /** Returns the answer to a readiness probe. */
  HttpResponse<String> readiness(Node node) {
    return send("GET", node.admin() + "/health/ready", "");
  }

  /** Waits until the answer to a readiness probe contains a text. */
  void awaitReadiness(Node node, String text) {
    Await.until(
        "its readiness has " + text,
        PATIENCE,
        () -> {
          try {
            return readiness(node).body().contains(text);
          } catch (UncheckedIOException e) {
            return false; // it does not listen yet
          }
        });
  }

  /** Ends all processes. */
  @Override
  public void close() {
    for (Process process : processes) {
      process.destroyForcibly().onExit().join();
    }
    http.close();
  }
}
