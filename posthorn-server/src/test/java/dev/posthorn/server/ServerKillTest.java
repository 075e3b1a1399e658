package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.Receiver;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A server process that is killed with SIGKILL while it receives messages over HTTP. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ServerKillTest {
  private static final String APPLICATION = "/api/v1/app/killed";
  private static final int CLIENTS = 8;
  private static final int ENOUGH = 200;

  @TempDir private Path folder;

  @AutoClose private final Receiver receiver = Receiver.start();

  @AutoClose
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final Set<String> accepted = ConcurrentHashMap.newKeySet();
  private final List<Process> servers = new ArrayList<>();

  @AfterEach
  void endServers() throws InterruptedException {
    for (Process server : servers) {
      server.destroyForcibly().waitFor();
    }
  }

  @Test
  void whatWasAcceptedAndWhatIsListedArrivesAfterAKill() throws Exception {
    Process killed = serve();
    String url = url(killed);
    post(url + "/api/v1/app", "{\"name\":\"Killed\",\"uid\":\"killed\"}");
    post(url + APPLICATION + "/endpoint", "{\"url\":\"" + receiver.url("/") + "\"}");
    List<Thread> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(Thread.ofVirtual().start(() -> sendUntilItIsGone(url)));
    }
    Await.until(ENOUGH + " messages are accepted", () -> accepted.size() >= ENOUGH);
    killed.destroyForcibly().waitFor(); // SIGKILL
    for (Thread client : clients) {
      client.join();
    }

    Set<String> listed = listed(url(serve()));
    assertThat(listed).containsAll(accepted);
    Await.until("all that is listed has arrived", () -> arrived().containsAll(listed));
    assertThat(arrived()).isEqualTo(listed);
  }

  private Process serve() throws IOException {
    Process server =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+ExitOnOutOfMemoryError",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "serve",
                "--db",
                folder.resolve("posthorn.db").toString(),
                "--listen",
                "127.0.0.1:0",
                "--admin-listen",
                "127.0.0.1:0",
                "--jwt-secret",
                ServerFixture.SECRET,
                "--secret-key",
                "0".repeat(64),
                "--allow-network",
                "127.0.0.0/8")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    servers.add(server);
    return server;
  }

  private static String url(Process process) throws IOException {
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    for (String line; (line = out.readLine()) != null; ) {
      if (line.startsWith("ready ")) {
        return line.substring("ready ".length());
      }
    }
    throw new AssertionError("the server did not start");
  }

  private void sendUntilItIsGone(String url) {
    try {
      while (true) {
        accepted.add(
            post(url + APPLICATION + "/msg", "{\"eventType\":\"a.b\",\"payload\":{\"n\":1}}")
                .get("id")
                .asString());
      }
    } catch (IOException e) {
      // Killed: it is unknown whether this message was accepted.
    }
  }

  private Set<String> listed(String url) throws IOException {
    Set<String> ids = new HashSet<>();
    String iterator = "";
    while (true) {
      JsonNode page = get(url + APPLICATION + "/msg?limit=250" + iterator);
      page.get("data").forEach(message -> ids.add(message.get("id").asString()));
      if (page.get("done").asBoolean()) {
        return ids;
      }
      iterator = "&iterator=" + page.get("iterator").asString();
    }
  }

  private Set<String> arrived() {
    Set<String> ids = new HashSet<>();
    receiver.requests().forEach(r -> ids.add(Objects.requireNonNull(r.header("webhook-id"))));
    return ids;
  }

  private JsonNode get(String url) throws IOException {
    return send(HttpRequest.newBuilder(URI.create(url)));
  }

  private JsonNode post(String url, String json) throws IOException {
    return send(
        HttpRequest.newBuilder(URI.create(url)).POST(HttpRequest.BodyPublishers.ofString(json)));
  }

  private JsonNode send(HttpRequest.Builder request) throws IOException {
    try {
      HttpResponse<String> response =
          http.send(
              request.header("Authorization", "Bearer " + token()).build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(response.statusCode()).as(response.body()).isBetween(200, 202);
      return JsonMapper.shared().readTree(response.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String token() {
    return ServerFixture.token("org_killed");
  }
}
