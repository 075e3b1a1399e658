package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.server.ServerNodes.Node;
import dev.posthorn.testkit.postgresql.PostgresqlExtension;
import dev.posthorn.testkit.postgresql.TestDatabase;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.Receiver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Server processes that share a PostgreSQL schema. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@ExtendWith(PostgresqlExtension.class)
class SharedServersTest {
  private static final int APPLICATIONS = 8;

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

  private Node spawn(String name) throws IOException {
    return nodes.spawn("--single-owner", "false", "--node-name", name, "--lease", "3s");
  }

  private void awaitShares(String... shares) {
    Await.until(
        "the partitions are shared " + List.of(shares),
        ServerNodes.PATIENCE,
        () ->
            database
                .query(
                    "SELECT count(*) FROM posthorn.assignment WHERE node IS NOT NULL"
                        + " GROUP BY node ORDER BY 1")
                .equals(List.of(shares)));
  }

  /** Sends a message of each application; returns their ids. */
  private List<String> sendAll(String url) {
    List<String> sent = new ArrayList<>();
    for (int i = 0; i < APPLICATIONS; i++) {
      sent.add(nodes.message(url, "app-" + i));
    }
    return sent;
  }

  private Set<String> received() {
    return receiver.requests().stream()
        .map(request -> String.valueOf(request.header("webhook-id")))
        .collect(Collectors.toSet());
  }

  private void awaitReceived(List<String> ids) {
    Await.until("all is received", ServerNodes.PATIENCE, () -> received().containsAll(ids));
  }

  @Test
  void eachAcceptsForAllAndTheOtherTakesOverWhatAKilledOneHad() throws Exception {
    Node first = spawn("first");
    String one = first.url();
    Node second = spawn("second");
    String two = second.url();
    assertThat(nodes.readiness(first).statusCode()).isEqualTo(200);
    assertThat(nodes.readiness(second).statusCode()).isEqualTo(200);
    awaitShares("128", "128");
    assertThat(database.query("SELECT split_part(host, ',', 1) FROM posthorn.node ORDER BY 1"))
        .containsExactly("first", "second");

    for (int i = 0; i < APPLICATIONS; i++) {
      nodes.createEndpoint(i % 2 == 0 ? one : two, "app-" + i, receiver.url("/"));
    }
    List<String> sent = new ArrayList<>(sendAll(one));
    sent.addAll(sendAll(two));
    awaitReceived(sent);

    first.process().destroyForcibly().waitFor();
    sent.addAll(sendAll(two));
    awaitReceived(sent);
    awaitShares("256");
    assertThat(received()).hasSize(sent.size());

    second.terminate();
    assertThat(second.exitCode()).isZero();
    assertThat(database.query("SELECT id FROM posthorn.node")).isEmpty();
  }
}
