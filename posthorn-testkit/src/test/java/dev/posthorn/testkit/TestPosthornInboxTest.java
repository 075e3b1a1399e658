package dev.posthorn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.Inbox;
import dev.posthorn.InboxOptions;
import dev.posthorn.NewEndpoint;
import dev.posthorn.testkit.receiver.Await;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

/** Messages that a test sends in a transaction, which are due once that is committed. */
class TestPosthornInboxTest {
  private final SQLiteDataSource database = new SQLiteDataSource();

  @TempDir private Path folder;

  @BeforeEach
  void createTable() throws Exception {
    database.setUrl("jdbc:sqlite:" + folder.resolve("user.db"));
    try (Connection connection = database.getConnection();
        Statement sql = connection.createStatement();
        InputStream script = Inbox.class.getResourceAsStream("inbox/sqlite.sql")) {
      sql.executeUpdate(
          new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  private TestPosthorn open() {
    InboxOptions rarely =
        InboxOptions.builder(database).pollInterval(Duration.ofMinutes(1)).build();
    return TestPosthorn.open(options -> options.inbox(rarely));
  }

  @Test
  void messagesOfCommittedTransactionsAreDelivered() throws Exception {
    try (TestPosthorn test = open();
        Connection connection = database.getConnection()) {
      test.posthorn().endpoints().add(NewEndpoint.of(test.receiver().url()));
      connection.setAutoCommit(false);
      String id = test.posthorn().send(connection, "invoice.paid", "{}");
      test.deliverDue();
      assertThat(test.receiver().requests()).isEmpty();

      connection.commit();
      test.deliverDue();
      assertThat(test.receiver().lastRequest().header("webhook-id")).isEqualTo(id);
    }
  }

  @Test
  void anInboxThatCannotBeReadIsNamed() throws Exception {
    try (TestPosthorn test = open()) {
      try (Connection connection = database.getConnection();
          Statement sql = connection.createStatement()) {
        sql.executeUpdate("DROP TABLE posthorn_inbox");
      }
      Inbox inbox = test.posthorn().inbox();
      inbox.nudge();
      Await.until("the relay has noticed", () -> inbox.stats().trouble() != null);
      test.patience(Duration.ofMillis(100));
      assertThatThrownBy(test::deliverDue)
          .isInstanceOf(AssertionError.class)
          .hasMessageContainingAll("inbox", "posthorn_inbox");
    }
  }
}
