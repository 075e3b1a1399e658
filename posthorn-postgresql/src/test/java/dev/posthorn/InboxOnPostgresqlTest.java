package dev.posthorn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.testkit.postgresql.PostgresqlExtension;
import dev.posthorn.testkit.postgresql.TestDatabase;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.Receiver;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.ds.PGSimpleDataSource;

/** An inbox in the database that also has the store, in another schema. */
@ExtendWith(PostgresqlExtension.class)
class InboxOnPostgresqlTest {
  @Test
  void aMessageOfATransactionArrivesWhateverHappensToConnections(TestDatabase database)
      throws IOException, SQLException {
    database.execute(script());
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setURL(database.url());
    PosthornOptions options =
        PosthornOptions.postgresql(source).toBuilder()
            .secretKey(Base64.getEncoder().encodeToString(new byte[32]))
            .allowNetworks("127.0.0.0/8")
            .inbox(source)
            .build();
    List<String> ids = new ArrayList<>();
    try (Receiver receiver = Receiver.start();
        Posthorn posthorn = Posthorn.open(options)) {
      posthorn.endpoints().add(NewEndpoint.of(receiver.url("/hooks")));
      for (int i = 0; i < 5; i++) {
        try (Connection connection = source.getConnection()) {
          connection.setAutoCommit(false);
          posthorn.send(connection, "invoice.paid", Map.of("n", -1));
          connection.rollback();
          ids.add(posthorn.send(connection, "invoice.paid", Map.of("n", i)));
          connection.commit();
        }
        database.terminateBackends();
        receiver.awaitRequests(i + 1);
      }
      Await.until(
          "the inbox is empty",
          () -> database.query("SELECT COUNT(*) FROM posthorn_inbox").equals(List.of("0")));

      assertThat(receiver.requests().stream().map(each -> each.header("webhook-id")).distinct())
          .containsExactlyInAnyOrderElementsOf(ids);
      assertThat(posthorn.messages().list(null, 100).messages())
          .extracting(Message::id)
          .containsExactlyInAnyOrderElementsOf(ids);
      assertThat(posthorn.messages().get(ids.getFirst()).text()).isEqualTo("{\"n\":0}");
      Await.until("an attempt is stored", () -> attempted(posthorn, ids.getFirst()));
    }
  }

  private static boolean attempted(Posthorn posthorn, String id) {
    return posthorn.messages().attempts(id).stream().anyMatch(each -> each.message().equals(id));
  }

  private static String script() throws IOException {
    try (InputStream file = Inbox.class.getResourceAsStream("inbox/postgresql.sql")) {
      return new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
