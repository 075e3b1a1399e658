package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.server.boot.ServerInbox;
import dev.posthorn.server.boot.ServerOptions;
import dev.posthorn.server.config.BadSettingException;
import dev.posthorn.testkit.postgresql.PostgresqlExtension;
import dev.posthorn.testkit.postgresql.TestDatabase;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.ReceivedRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A server that delivers what other programs write into a table in their own transactions. */
@ExtendWith(PostgresqlExtension.class)
class ServerInboxTest {
  private static final String ENVIRONMENT = "org_inbox";

  private static ServerFixture serve(TestDatabase database, boolean strict) {
    ServerInbox inbox = ServerInbox.at(database.url(), "posthorn_inbox", ENVIRONMENT);
    return ServerFixture.start(
        options -> {
          ServerOptions.Tuning manner = options.manner();
          return options.withManner(manner.withStrict(strict).withInbox(inbox));
        });
  }

  private static void createTable(TestDatabase database) throws IOException {
    try (InputStream script =
        Objects.requireNonNull(
            ServerInbox.class.getResourceAsStream("/dev/posthorn/inbox/postgresql.sql"))) {
      database.execute(new String(script.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  private static String row(String id, String application) {
    return "INSERT INTO posthorn_inbox (message_id, application, type, payload) VALUES ('"
        + id
        + "', '"
        + application
        + "', 'a.b', '{\"n\":1}')";
  }

  private static String id(int number) {
    return "msg_" + String.format(Locale.ROOT, "%027d", number);
  }

  private static void createEndpoint(ServerFixture server, String environment, String path) {
    ApiClient api = server.environment(environment);
    api.post("/api/v1/app", "{\"name\":\"A\",\"uid\":\"customer-17\"}").expect(201);
    api.post(
            "/api/v1/app/customer-17/endpoint", "{\"url\":\"" + server.receiver().url(path) + "\"}")
        .expect(201);
  }

  @Test
  void aRowThatIsCommittedIsDeliveredToTheApplicationOfItsEnvironment(TestDatabase database)
      throws IOException, SQLException {
    createTable(database);
    try (ServerFixture server = serve(database, false)) {
      createEndpoint(server, ENVIRONMENT, "/right");
      createEndpoint(server, "org_other", "/wrong");
      try (Connection connection = database.connect();
          Statement statement = connection.createStatement()) {
        connection.setAutoCommit(false);
        statement.execute(row(id(1), "customer-17"));
        connection.rollback();
        statement.execute(row(id(2), "customer-17"));
        statement.execute(row(id(3), "customer-18"));
        connection.commit();
      }
      server.receiver().awaitRequests(1);
      Await.until(
          "the other row is refused",
          () ->
              database
                  .query("SELECT problem FROM posthorn_inbox WHERE problem IS NOT NULL")
                  .stream()
                  .anyMatch(problem -> String.valueOf(problem).contains("customer-18")));
      assertThat(database.query("SELECT message_id FROM posthorn_inbox")).containsExactly(id(3));
      assertThat(server.receiver().requests())
          .extracting(ReceivedRequest::path)
          .containsExactly("/right");
      server.environment(ENVIRONMENT).get("/api/v1/app/customer-17/msg/" + id(2)).expect(200);

      ApiClient api = server.environment(ENVIRONMENT);
      api.post("/api/v1/app", "{\"name\":\"B\",\"uid\":\"customer-18\"}").expect(201);
      Await.until(
          "it is accepted once its application exists",
          () -> database.query("SELECT message_id FROM posthorn_inbox").isEmpty());
    }
  }

  @Test
  void anUnknownEventTypeIsRefusedIfTheServerIsStrict(TestDatabase database) throws IOException {
    createTable(database);
    try (ServerFixture server = serve(database, true)) {
      createEndpoint(server, ENVIRONMENT, "/");
      database.execute(row(id(1), "customer-17"));
      Await.until(
          "it is refused",
          () ->
              database.query("SELECT problem FROM posthorn_inbox").stream()
                  .anyMatch(problem -> String.valueOf(problem).contains("create the event type")));
      assertThat(server.receiver().requests()).isEqualTo(List.of());
    }
  }

  @Test
  void aTableThatIsMissingKeepsTheServerFromStarting(TestDatabase database) {
    assertThatThrownBy(() -> serve(database, false))
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining("--inbox: ")
        .hasMessageContaining("posthorn_inbox");
  }
}
