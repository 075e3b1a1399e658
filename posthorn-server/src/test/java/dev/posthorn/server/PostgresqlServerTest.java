package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.server.ServerNodes.Node;
import dev.posthorn.testkit.postgresql.PostgresqlExtension;
import dev.posthorn.testkit.postgresql.TestDatabase;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.Receiver;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Server processes on one PostgreSQL database: one serves, the others wait. They take seconds to
 * start, and a lease of a process that stands still has to end.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@ExtendWith(PostgresqlExtension.class)
class PostgresqlServerTest {
  @TempDir private Path folder;
  @AutoClose private final Receiver receiver = Receiver.start();
  private TestDatabase database;
  private ServerNodes nodes;

  @BeforeEach
  void create(TestDatabase own) {
    database = own;
    nodes = new ServerNodes(folder, own);
  }

  @AfterEach
  void endProcesses() {
    nodes.close();
  }

  private Node spawn(String... more) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("--single-owner", "true"));
    arguments.addAll(List.of(more));
    return nodes.spawn(arguments.toArray(String[]::new));
  }

  @Test
  void aSecondServerWaitsAndTakesOverOnceTheFirstHasStopped() throws Exception {
    Node first = spawn();
    String url = first.url();
    nodes.createEndpoint(url, "a", receiver.url("/"));
    String early = nodes.message(url, "a");

    Node second = spawn();
    nodes.awaitReadiness(second, "waiting");
    HttpResponse<String> ready = nodes.readiness(second);
    assertThat(ready.statusCode()).isEqualTo(503);
    assertThat(ready.body())
        .contains("\"status\":\"waiting\"", "the lease of ", "process " + first.process().pid());
    assertThat(nodes.send("GET", second.admin() + "/health/live", "").statusCode()).isEqualTo(200);

    first.terminate();
    String then = second.url();
    assertThat(first.exitCode()).isZero();
    assertThat(first.log()).contains("Ignored db from POSTHORN_DB").doesNotContain("ERROR");
    assertThat(nodes.readiness(second).statusCode()).isEqualTo(200);
    String late = nodes.message(then, "a");
    assertThat(nodes.send("GET", then + "/api/v1/app/a/msg", "").body()).contains(early, late);
    receiver.awaitRequests(2);
    assertThat(receiver.requests().stream().map(request -> request.header("webhook-id")))
        .containsExactlyInAnyOrder(early, late);
    assertThat(database.query("SELECT count(*) FROM posthorn.heartbeat")).containsExactly("1");
  }

  @Test
  void aSignalEndsAServerThatWaits() throws Exception {
    Node first = spawn();
    String url = first.url();
    Node second = spawn();
    nodes.awaitReadiness(second, "waiting");
    second.terminate();
    assertThat(second.exitCode()).isZero();
    assertThat(second.log()).contains("Stopped before the start was complete");
    assertThat(nodes.send("GET", url + "/api/v1/app", "").statusCode()).isEqualTo(200);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aServerThatStoodStillWhileAnotherTookOverEndsWithOne() throws Exception {
    Node first = spawn("--lease", "3s");
    String url = first.url();
    nodes.createEndpoint(url, "a", receiver.url("/"));
    String early = nodes.message(url, "a");
    Await.until(
        "the outcome is stored",
        () -> database.query("SELECT count(*) FROM posthorn.attempt").equals(List.of("1")));
    first.signal("-STOP");

    Node second = spawn("--lease", "3s");
    String then = second.url();
    first.signal("-CONT");
    assertThat(first.exitCode()).isEqualTo(1);
    assertThat(first.log())
        .contains("Another process has taken over the store: this one ends with exit code 1");

    String late = nodes.message(then, "a");
    receiver.awaitRequests(2);
    assertThat(receiver.requests().stream().map(request -> request.header("webhook-id")))
        .containsExactly(early, late);
  }

  @Test
  void aDatabaseThatIsNotThereEndsTheStartWithOneAndTheReason() throws Exception {
    Path own = Files.createDirectory(folder.resolve("nowhere"));
    Process process =
        ServerProcess.spawnOn(
            "postgresql://nobody@" + ServerNodes.freeAddress() + "/none?password=not-shown",
            own,
            ServerNodes.SECRETS,
            "--admin-listen",
            "none");
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).isEqualTo(1);
    assertThat(Files.readString(own.resolve("log")))
        .contains("posthorn: ", "/none")
        .doesNotContain("not-shown", "Exception");
  }
}
