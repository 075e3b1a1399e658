package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.server.admin.AdminToken;
import dev.posthorn.server.boot.PosthornServer;
import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.Receiver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Backups, and the pause of deliveries after a restore. */
class BackupCommandTest extends CommandsFixture {
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
      // The pause outlasts a restart, and stopping the server does not wait for deliveries.
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
}
