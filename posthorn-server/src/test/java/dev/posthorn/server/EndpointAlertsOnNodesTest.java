package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.server.boot.PosthornServer;
import dev.posthorn.server.boot.ServerOptions;
import dev.posthorn.server.endpointalert.AlertOptions;
import dev.posthorn.server.endpointalert.SmtpServer;
import dev.posthorn.testkit.postgresql.PostgresqlExtension;
import dev.posthorn.testkit.postgresql.TestDatabase;
import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.Receiver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Alerts of servers that share a database: one of them sends each. */
@ExtendWith(PostgresqlExtension.class)
class EndpointAlertsOnNodesTest extends CommandsFixture {
  private static final long HOUR = 3_600_000;

  @AutoClose private final Mailbox mailbox = new Mailbox();

  @AutoClose
  private final Receiver receiver =
      Receiver.answering(request -> Answer.status(request.path().equals("/gone") ? 410 : 500));

  private final List<PosthornServer> servers = new ArrayList<>();
  private TestDatabase database;

  @BeforeEach
  void create(TestDatabase own) {
    database = own;
  }

  @AfterEach
  void stopAll() {
    servers.forEach(PosthornServer::close);
  }

  private PosthornServer serve(String name) {
    ServerOptions given =
        options(
            SharedPlace.of(database, name, Duration.ofSeconds(10)),
            OLD,
            Collections.nCopies(1_000, 50L));
    PosthornServer server =
        PosthornServer.start(
            given
                .withEngine(
                    given
                        .engine()
                        .withHealth(
                            given.engine().health().toBuilder()
                                .breakerFailures(Integer.MAX_VALUE)
                                .disableAfterMillis(HOUR)
                                .build()))
                .withManner(
                    given
                        .manner()
                        .withAlerts(
                            new AlertOptions(
                                mailbox.smtp(SmtpServer.Security.NONE, null, null),
                                "posthorn@example.com",
                                List.of("ops@example.com"),
                                null,
                                null))));
    servers.add(server);
    return server;
  }

  private List<String> owners(String partition) {
    return database.query(
        "SELECT n.host FROM posthorn.assignment a JOIN posthorn.node n ON n.id = a.node"
            + " WHERE a.partition = "
            + partition);
  }

  @Test
  void oneServerSendsEachAlertAndItsHeirRepeatsNone() throws Exception {
    PosthornServer first = serve("one");
    String app = endpoint(first, receiver.url("/in"));
    first.close();
    database.execute(
        "INSERT INTO posthorn.lane_state(partition, endpoint, failing_since, held_until,"
            + " pause_millis, paused_until) SELECT partition, id, "
            + (System.currentTimeMillis() - HOUR / 4 * 3)
            + ", 0, 0, 0 FROM posthorn.endpoint");
    String partition = database.query("SELECT partition FROM posthorn.endpoint").getFirst();

    PosthornServer one = serve("one");
    PosthornServer two = serve("two");
    Await.until("somebody owns the partition", () -> owners(partition).size() == 1);
    message(two, app);
    Await.until("the warning", () -> mailbox.all().size() == 1);

    boolean isOne = owners(partition).getFirst().startsWith("one");
    (isOne ? one : two).close();
    PosthornServer heir = isOne ? two : one;
    int before = receiver.requests().size();
    Await.until("the other one goes on", () -> receiver.requests().size() > before + 5);
    String other = endpoint(heir, receiver.url("/gone"));
    message(heir, other);
    Await.until("a later alert", () -> mailbox.all().size() >= 2);
    assertThat(mailbox.all())
        .extracting(Mailbox.Mail::subject)
        .containsExactly(
            "Webhook endpoint at 127.0.0.1 is failing",
            "Webhook endpoint at 127.0.0.1 was disabled");
  }
}
