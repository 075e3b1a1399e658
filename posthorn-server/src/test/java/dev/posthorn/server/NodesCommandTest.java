package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.PostgresqlOptions;
import dev.posthorn.internal.runtime.StorePlace;
import dev.posthorn.server.boot.PosthornServer;
import dev.posthorn.testkit.postgresql.PostgresqlExtension;
import dev.posthorn.testkit.postgresql.TestDatabase;
import dev.posthorn.testkit.receiver.Await;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** The commands about servers that share a schema. */
@ExtendWith(PostgresqlExtension.class)
class NodesCommandTest extends CommandsFixture {
  private final List<PosthornServer> servers = new ArrayList<>();
  private TestDatabase database;
  private String[] where;

  @BeforeEach
  void create(TestDatabase own) {
    database = own;
    where = new String[] {"--store", own.url()};
  }

  @AfterEach
  void stopAll() {
    servers.forEach(PosthornServer::close);
  }

  private PosthornServer serve(String name) {
    PosthornServer server =
        PosthornServer.start(
            options(SharedPlace.of(database, name, Duration.ofSeconds(3)), OLD, List.of(10L)));
    servers.add(server);
    return server;
  }

  private void awaitShares(String... shares) {
    Await.until(
        "the partitions are shared " + List.of(shares),
        () ->
            database
                .query(
                    "SELECT count(a.partition) FROM posthorn.node n"
                        + " LEFT JOIN posthorn.assignment a ON a.node = n.id"
                        + " GROUP BY n.id, n.host ORDER BY n.host")
                .equals(List.of(shares)));
  }

  private HttpResponse<String> ask(PosthornServer server, String path) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create(server.adminUrl() + path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void nodesAreListedWithWhatTheyOwn() throws Exception {
    PosthornServer one = serve("one");
    serve("two");
    awaitShares("128", "128");
    assertThat(run(with(where, "nodes"))).as("%s", text).isZero();
    assertThat(text.toString().lines().toList())
        .hasSize(3)
        .anySatisfy(line -> assertThat(line).matches("NAME +STATE +PARTITIONS +SINCE .*"))
        .anySatisfy(line -> assertThat(line).matches("one, process \\d+ +active +128 .*"))
        .anySatisfy(line -> assertThat(line).matches("two, process \\d+ +active +128 .*"));

    assertThat(run(with(where, "nodes", "--json"))).isZero();
    JsonNode json = JSON.readTree(text.toString());
    assertThat(json.path("unowned").size()).isZero();
    assertThat(json.path("nodes").size()).isEqualTo(2);
    JsonNode first = json.at("/nodes/0");
    assertThat(first.path("name").asString()).startsWith("one, process ");
    assertThat(first.path("partitions").size()).isEqualTo(128);
    assertThat(first.path("leaseMillis").asInt()).isBetween(1, 3_000);
    assertThat(first.path("lagMillis").asInt(-1)).isNotNegative();

    String metrics = ask(one, "/metrics").body();
    assertThat(metrics)
        .contains("posthorn_node_partitions 128.0")
        .contains("posthorn_node_losses_total 0.0")
        .contains("posthorn_handoff_lag_seconds 0.0");
  }

  @Test
  void aDrainedServerOwnsNothingIsNotReadyAndTakesMessages() throws Exception {
    PosthornServer one = serve("one");
    PosthornServer two = serve("two");
    awaitShares("128", "128");
    assertThat(run(with(where, "nodes", "drain", "one"))).as("%s", text).isZero();
    assertThat(text.toString()).contains("one, process ", "owns no partitions");
    awaitShares("0", "256");
    HttpResponse<String> ready = ask(one, "/health/ready");
    assertThat(ready.statusCode()).isEqualTo(503);
    assertThat(ready.body()).contains("\"status\":\"draining\"");
    assertThat(ask(one, "/health/live").statusCode()).isEqualTo(200);
    String app = endpoint(one, "http://127.0.0.1:1/");
    assertThat(message(one, app)).isEqualTo(202);
    assertThat(ask(two, "/health/ready").statusCode()).isEqualTo(200);

    assertThat(run(with(where, "nodes", "drain", "two"))).isEqualTo(1);
    assertThat(text.toString()).contains("is the only process that takes partitions");

    assertThat(run(with(where, "nodes", "drain", "one", "--cancel"))).isZero();
    awaitShares("128", "128");
    Await.until(
        "it is ready again",
        () -> {
          try {
            return ask(one, "/health/ready").statusCode() == 200;
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
  }

  @Test
  void aProcessThatOwnsTheSchemaAloneIsNotDrained() {
    PostgresqlOptions alone =
        PostgresqlOptions.builder(database.url()).singleOwner(true).nodeName("alone").build();
    servers.add(PosthornServer.start(options(new StorePlace.Database(alone), OLD, List.of(10L))));
    assertThat(run(with(where, "nodes", "drain", "alone"))).isEqualTo(1);
    assertThat(text.toString()).contains("is the only process that takes partitions");
  }

  @Test
  void mistakesAreExplained() {
    serve("one");
    serve("one");
    assertThat(run(with(where, "nodes", "drain", "three"))).isEqualTo(1);
    assertThat(text.toString())
        .contains("no process with the name or id \"three\"", "one, process");
    assertThat(run(with(where, "nodes", "drain", "one"))).isEqualTo(1);
    assertThat(text.toString()).contains("several processes have the name \"one\"; use an id");
    assertThat(run("nodes")).isEqualTo(2);
    assertThat(text.toString()).contains("--store: is missing; name a database");
    assertThat(run("nodes", "drain", "--store", "postgresql://127.0.0.1:1/none")).isEqualTo(1);
    assertThat(text.toString()).contains("127.0.0.1:1/none").doesNotContain("Exception");
  }

  @Test
  void partitionsThatNobodyOwnsAreAFailure() {
    assertThat(run(with(where, "schema", "migrate"))).isZero();
    assertThat(run(with(where, "nodes"))).isEqualTo(1);
    assertThat(text.toString()).contains("partitions that nobody owns: 256");
  }
}
