package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.PostgresqlOptions;
import dev.posthorn.internal.runtime.StorePlace;
import dev.posthorn.server.boot.PosthornServer;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.testkit.postgresql.PostgresqlExtension;
import dev.posthorn.testkit.postgresql.TestDatabase;
import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.Receiver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** A server's file is moved by a process that is killed, and by a second one. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@ExtendWith(PostgresqlExtension.class)
class MigrateCommandTest extends CommandsFixture {
  /** The time for a process beside other work. */
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private static final int DELIVERED = 5;
  private static final int FAILED = 3;

  /** One retry soon, and another one so late that no delivery is given up meanwhile. */
  private static final List<Long> WAITS = List.of(3_000L, 36_000_000L);

  private final AtomicBoolean works = new AtomicBoolean();

  private PosthornServer serve(TestDatabase database) {
    StorePlace place = new StorePlace.Database(PostgresqlOptions.of(database.url()));
    return PosthornServer.start(options(place, OLD, WAITS));
  }

  private Process migration(TestDatabase database, String log) {
    Path own = folder.resolve(log);
    try {
      Files.createDirectories(own);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ServerProcess.spawn(
        own, Map.of(), "migrate", "--from", db.toString(), "--to", database.url());
  }

  @Test
  void aServerThatStartsOnTheTargetBeforeThatIsMarkedIsReported(TestDatabase database)
      throws Exception {
    serve(db, OLD, List.of()).close();
    assertThat(run("schema", "migrate", "--store", database.url())).isZero();
    StartingServer.during(database, "migration_source");
    assertThat(run("migrate", "--from", db.toString(), "--to", database.url())).isEqualTo(2);
    assertThat(text.toString()).contains("--to: a server has started on the schema posthorn");
  }

  @Test
  void everythingIsThereAfterAKillAndNothingArrivesTwice(TestDatabase database) throws Exception {
    try (Receiver steady = Receiver.start();
        Receiver failing = Receiver.answering(request -> Answer.status(works.get() ? 200 : 500))) {
      Map<String, JsonNode> before;
      try (PosthornServer server = serve(db, OLD, WAITS)) {
        String app = endpoint(server, steady.url("/"));
        for (int i = 0; i < DELIVERED; i++) {
          assertThat(message(server, app)).isEqualTo(202);
        }
        steady.awaitRequests(DELIVERED);
        String other = endpointOf(server, failing.url("/"), "other");
        for (int i = 0; i < FAILED; i++) {
          assertThat(message(server, other)).isEqualTo(202);
        }
        failing.awaitRequests(FAILED);
        Await.until(
            "the outcomes are stored",
            () -> attempts(server, app) == DELIVERED && attempts(server, other) == FAILED);
        before = everything(server);
      }
      assertThat(run("migrate", "--from", db + "x", "--to", database.url())).isEqualTo(2);
      assertThat(text.toString()).contains("--from: ", "does not exist");

      kill(database);
      assertThatThrownBy(() -> serve(database))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("run posthorn migrate again");
      assertThatThrownBy(() -> serve(db, OLD, List.of()))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("is being moved to");
      assertThat(run("keys", "create", "--db", db.toString())).isEqualTo(1);

      Process second = migration(database, "second");
      assertThat(second.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(second.exitValue()).as(Files.readString(folder.resolve("second/log"))).isZero();
      assertThatThrownBy(() -> serve(db, OLD, List.of()))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("was moved to");

      assertThat(run("hold", "--store", database.url())).isZero();
      try (PosthornServer server = serve(database)) {
        assertThat(everything(server)).isEqualTo(before);
        works.set(true);
        server.engine().hold().release().get(10, TimeUnit.SECONDS);
        failing.awaitRequests(2 * FAILED);
      }
      assertThat(steady.count()).isEqualTo(DELIVERED);
      assertThat(failing.count()).isEqualTo(2 * FAILED);
    }
  }

  /** Kills a migration while it waits for a table that somebody has locked. */
  private void kill(TestDatabase database) throws Exception {
    assertThat(run("schema", "migrate", "--store", database.url())).isZero();
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("LOCK TABLE posthorn.parked IN SHARE MODE");
      Process first = migration(database, "first");
      Await.until(
          "the attempts are copied",
          PATIENCE,
          () ->
              database
                  .query("SELECT value FROM posthorn.setting WHERE name = 'migration_progress'")
                  .stream()
                  .anyMatch(
                      value -> Objects.requireNonNull(value).startsWith("deliveries waiting:")));
      first.destroyForcibly().waitFor();
      connection.rollback();
    }
  }

  private String endpointOf(PosthornServer server, String url, String uid) throws Exception {
    send(server, "POST", "/api/v1/app", JWT, "{\"name\":\"B\",\"uid\":\"" + uid + "\"}");
    send(
        server,
        "POST",
        "/api/v1/app/" + uid + "/endpoint",
        JWT,
        "{\"url\":\"" + url + "\",\"uid\":\"e\",\"headers\":{\"x-a\":\"b\"}}");
    return uid;
  }

  private int attempts(PosthornServer server, String app) {
    try {
      return get(server, "/api/v1/app/" + app + "/attempt/endpoint/e").path("data").size();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private JsonNode get(PosthornServer server, String path) throws Exception {
    JsonNode answer = send(server, "GET", path, JWT, null);
    assertThat(answer.path("status").asInt()).as(path).isEqualTo(200);
    return answer.path("body");
  }

  /** Returns the answers of everything that can be listed, by path. */
  private Map<String, JsonNode> everything(PosthornServer server) throws Exception {
    Map<String, JsonNode> all = new TreeMap<>();
    List<String> paths = new ArrayList<>(List.of("/app", "/event-type"));
    for (JsonNode app : get(server, "/api/v1/app").path("data")) {
      String of = "/app/" + app.path("id").asString();
      for (String path :
          List.of(
              "",
              "/endpoint",
              "/endpoint/e",
              "/endpoint/e/secret",
              "/endpoint/e/headers",
              "/endpoint/e/stats",
              "/msg?with_content=true",
              "/attempt/endpoint/e")) {
        paths.add(of + path);
      }
    }
    for (String path : paths) {
      all.put(path, get(server, "/api/v1" + path));
    }
    return all;
  }

  @Test
  void aFileThatAServerHasOpenIsRefused(TestDatabase database) {
    try (PosthornServer server = serve(db, OLD, List.of())) {
      assertThat(server.url()).startsWith("http");
      assertThat(run("migrate", "--from", db.toString(), "--to", database.url())).isEqualTo(1);
      assertThat(text.toString()).contains("is open in a running server; stop that server first");
    }
  }

  @Test
  void aTargetIsRequired() {
    assertThat(run("migrate", "--from", db.toString())).isEqualTo(2);
    assertThat(text.toString()).contains("--to: is missing", "POSTHORN_STORE");
  }
}
