package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.PostgresqlOptions;
import dev.posthorn.internal.runtime.StorePlace;
import dev.posthorn.server.boot.PosthornServer;
import dev.posthorn.server.boot.ServerOptions;
import dev.posthorn.testkit.postgresql.PostgresqlExtension;
import dev.posthorn.testkit.postgresql.TestDatabase;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.Receiver;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** Commands for operators on a PostgreSQL database. */
@ExtendWith(PostgresqlExtension.class)
class PostgresqlCommandsTest extends CommandsFixture {
  private static final String ADMIN_TOKEN = "an-admin-token-of-this-test";

  private PosthornServer serve(TestDatabase database, @Nullable String adminToken) {
    ServerOptions options =
        options(
            new StorePlace.Database(PostgresqlOptions.of(database.url())), OLD, List.of(10L, 20L));
    ServerOptions.Access access = options.access();
    return PosthornServer.start(
        options.withAccess(
            new ServerOptions.Access(
                access.listen(), access.adminListen(), access.jwtSecret(), adminToken, null)));
  }

  private int status(PosthornServer server, String token) throws Exception {
    return send(server, "GET", "/api/v1/app", token, null).path("status").asInt();
  }

  @Test
  void keysAreMadeRotatedAndRevokedWhileNoServerRuns(TestDatabase database) throws Exception {
    String[] where = {"--store", database.url()};
    assertThat(run(with(where, "keys", "create", "--json"))).as("%s", text).isZero();
    JsonNode first = JSON.readTree(text.toString());
    String id = first.path("id").asString();
    assertThat(run(with(where, "keys", "rotate", "--grace", "0s", id, "--json"))).isZero();
    String token = JSON.readTree(text.toString()).path("token").asString();
    try (PosthornServer server = serve(database, null)) {
      assertThat(status(server, first.path("token").asString())).isEqualTo(401);
      assertThat(status(server, token)).isEqualTo(200);

      assertThat(run(with(where, "keys", "list"))).isEqualTo(1);
      assertThat(text.toString())
          .contains("is open in a running server", "use that server instead: --url");
    }
    assertThat(run(with(where, "keys", "list"))).isZero();
    assertThat(text.toString()).contains(id);
  }

  @Test
  void changesOverTheAdminListenerNeedItsToken(TestDatabase database) {
    try (PosthornServer server = serve(database, null)) {
      assertThat(run("reencrypt", "--admin-url", String.valueOf(server.adminUrl()))).isEqualTo(1);
      assertThat(text.toString())
          .contains("start the server with the setting admin-token (POSTHORN_ADMIN_TOKEN)");
    }
    try (PosthornServer server = serve(database, ADMIN_TOKEN)) {
      String[] where = {"--admin-url", String.valueOf(server.adminUrl())};
      assertThat(run(with(where, "reencrypt"))).isEqualTo(1);
      assertThat(text.toString()).contains("it is the server's setting admin-token");
      assertThat(run(with(where, "reencrypt", "--admin-token", ADMIN_TOKEN))).isZero();

      String copy = folder.resolve("copy.db").toString();
      assertThat(run(with(where, "backup", "--to", copy, "--admin-token", ADMIN_TOKEN)))
          .isEqualTo(1);
      assertThat(text.toString()).contains("PostgreSQL's own tools", "pg_dump");
    }
  }

  @Test
  void whatWasRestoredIsHeldUntilTheRelease(TestDatabase database) throws Exception {
    assertThat(run("hold", "--store", database.url())).as("%s", text).isZero();
    try (Receiver receiver = Receiver.start();
        PosthornServer server = serve(database, ADMIN_TOKEN)) {
      assertThat(run("hold", "--store", database.url())).isEqualTo(1);
      assertThat(text.toString()).contains("stop that server first");
      String app = endpoint(server, receiver.url("/"));
      assertThat(message(server, app)).isEqualTo(202);
      assertThat(server.engine().hold().isHeld()).isTrue();
      assertThat(receiver.count()).isZero();

      String admin = String.valueOf(server.adminUrl());
      assertThat(run("release", "--admin-url", admin, "--admin-token", ADMIN_TOKEN)).isZero();
      receiver.awaitRequests(1);
    }
  }

  @Test
  void aServerThatStartsBeforeTheHoldIsSetMustBeStopped(TestDatabase database) {
    assertThat(run("schema", "migrate", "--store", database.url())).isZero();
    StartingServer.during(database, "dispatch_hold");
    assertThat(run("hold", "--store", database.url())).isEqualTo(1);
    assertThat(text.toString()).contains("a server has started", "run this command again");
  }

  @Test
  void theReleaseOfOneServerReleasesAll(TestDatabase database) {
    assertThat(run("hold", "--store", database.url())).as("%s", text).isZero();
    try (PosthornServer one = serve(database, ADMIN_TOKEN);
        PosthornServer two = serve(database, ADMIN_TOKEN)) {
      assertThat(two.engine().hold().isHeld()).isTrue();

      String admin = String.valueOf(one.adminUrl());
      assertThat(run("release", "--admin-url", admin, "--admin-token", ADMIN_TOKEN)).isZero();

      assertThat(one.engine().hold().isHeld()).isFalse();
      Await.until("the other one is released", () -> !two.engine().hold().isHeld());
    }
  }
}
