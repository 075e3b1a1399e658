package dev.posthorn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.testkit.postgresql.EmbeddedPostgresql;
import dev.posthorn.testkit.postgresql.PostgresqlExtension;
import dev.posthorn.testkit.postgresql.TestDatabase;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.Receiver;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A database that goes away while messages are sent, and comes back: nothing accepted is lost, and
 * deliveries resume by themselves. Has a server of its own, which takes seconds to start and stop.
 */
@ExtendWith(PostgresqlExtension.class) // where no server can run, this is skipped too
class PostgresqlOutageTest {
  private static final String KEY = Base64.getEncoder().encodeToString(new byte[32]);

  private interface Outage {
    void run(EmbeddedPostgresql server, TestDatabase database) throws IOException;
  }

  private static void assertSurvived(Outage outage) throws Exception {
    try (EmbeddedPostgresql server = EmbeddedPostgresql.start();
        Receiver receiver = Receiver.start()) {
      TestDatabase database = server.createDatabase();
      PostgresqlOptions store =
          PostgresqlOptions.builder(database.url())
              .lease(Duration.ofSeconds(3), Duration.ofMillis(200))
              .build();
      try (Posthorn posthorn =
              Posthorn.open(
                  PosthornOptions.builder(store)
                      .secretKey(KEY)
                      .sendTimeout(Duration.ofSeconds(1))
                      .allowNetworks("127.0.0.0/8")
                      .build());
          Sender sender = sender(posthorn, receiver)) {
        for (int round = 0; round < 2; round++) {
          sender.awaitMore(20);
          outage.run(server, database);
        }
        sender.awaitMore(20);
        sender.stop();
        Await.until("all were delivered", () -> delivered(receiver).containsAll(sender.accepted()));
        assertThat(posthorn.health().state()).isEqualTo(Health.State.READY);
      }
    }
  }

  private static Sender sender(Posthorn posthorn, Receiver receiver) {
    posthorn.endpoints().add(NewEndpoint.of(receiver.url("/hooks")));
    return new Sender(number -> posthorn.send("invoice.paid", "{}").id());
  }

  private static Set<String> delivered(Receiver receiver) {
    return Set.copyOf(SharedInstances.received(receiver));
  }

  @Test
  void aServerThatIsRestarted() throws Exception {
    assertSurvived(
        (server, database) -> {
          server.stop();
          server.startServer();
        });
  }

  @Test
  void aServerThatCrashes() throws Exception {
    assertSurvived(
        (server, database) -> {
          server.crash();
          server.startServer();
        });
  }

  @Test
  void backendsThatAreTerminatedAllTheTime() throws Exception {
    assertSurvived(
        (server, database) -> {
          for (int i = 0; i < 20; i++) {
            database.terminateBackends();
          }
        });
  }

  /** One after the other: whoever waits for a second one may be the victim of a deadlock. */
  @Test
  void tablesThatAreLockedForAWhile() throws Exception {
    assertSurvived(
        (server, database) -> {
          for (String table : List.of("message", "hot")) {
            lockForAWhile(database, table);
          }
        });
  }

  private static void lockForAWhile(TestDatabase database, String table) throws IOException {
    try (var connection = database.connect();
        var statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("LOCK TABLE posthorn." + table);
      statement.execute("SELECT pg_sleep(0.5)"); // a migration of somebody's
    } catch (SQLException e) {
      throw new IOException(e);
    }
  }
}
