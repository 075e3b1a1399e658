package dev.posthorn.internal.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.DeliveryState;
import dev.posthorn.Message;
import dev.posthorn.NewEndpoint;
import dev.posthorn.NewMessage;
import dev.posthorn.Posthorn;
import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.testkit.receiver.Await;
import dev.posthorn.testkit.receiver.ReceivedRequest;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** The rules of the inbox on one database. */
abstract class InboxRules extends InboxFixture {
  @Test
  void aCommittedMessageIsDeliveredUnderTheIdThatSendReturned() throws SQLException {
    try (Posthorn posthorn = open()) {
      String id;
      try (Connection connection = begun("inv_1")) {
        id =
            posthorn.send(
                connection,
                NewMessage.builder("invoice.paid", Map.of("id", "inv_1"))
                    .channels("eu", "b:2")
                    .eventId("paid-1")
                    .build());
        connection.commit();
      }
      receiver.awaitRequests(1);

      ReceivedRequest request = receiver.requests().getFirst();
      assertThat(id).matches("msg_[A-Za-z0-9]{27}");
      assertThat(request.header("webhook-id")).isEqualTo(id);
      assertThat(request.text()).isEqualTo("{\"id\":\"inv_1\"}");
      Message message = posthorn.messages().get(id);
      assertThat(message.id()).isEqualTo(id);
      assertThat(message.channels()).containsExactly("eu", "b:2");
      assertThat(message.eventId()).isEqualTo("paid-1");
      Await.until("it succeeds", () -> delivered(posthorn, id));
      assertThat(posthorn.messages().attempts(id))
          .singleElement()
          .satisfies(attempt -> assertThat(attempt.message()).isEqualTo(id));
      assertThat(posthorn.messages().list(null, 10).messages().getFirst().id()).isEqualTo(id);
      database.awaitEmpty();
      assertThat(posthorn.inbox().stats().relayed()).isEqualTo(1);
    }
  }

  private static boolean delivered(Posthorn posthorn, String id) {
    return posthorn.messages().get(id).deliveries().containsValue(DeliveryState.SUCCEEDED);
  }

  @Test
  void theTraceOfASenderReachesWhoeverRelaysTheRow() throws SQLException {
    TraceContext trace =
        new TraceContext("00-" + "a".repeat(32) + "-" + "b".repeat(16) + "-01", "vendor=1");
    Map<String, TraceContext> relayed = new ConcurrentHashMap<>();
    TraceContexts traces =
        new TraceContexts() {
          @Override
          public TraceContext current() {
            return trace;
          }

          @Override
          public void relayed(String messageId, TraceContext context) {
            relayed.put(messageId, context);
          }
        };
    try (Posthorn posthorn = open(options -> options, traces);
        Connection connection = begun("inv_1")) {
      String id = posthorn.send(connection, "invoice.paid", Map.of("id", "inv_1"));
      connection.commit();
      receiver.awaitRequests(1);
      assertThat(relayed).containsExactly(Map.entry(id, trace));
    }
  }

  @Test
  void aRollbackLeavesNothing() throws SQLException {
    try (Posthorn posthorn = open()) {
      String lost;
      try (Connection connection = begun("inv_1")) {
        lost = posthorn.send(connection, "invoice.paid", Map.of("id", "inv_1"));
        connection.rollback();
      }
      try (Connection connection = begun("inv_2")) {
        posthorn.send(connection, "invoice.paid", Map.of("id", "inv_2"));
        connection.commit();
      }
      posthorn.inbox().nudge();
      receiver.awaitRequests(1);
      database.awaitEmpty();

      assertThat(receiver.requests().getFirst().text()).contains("inv_2");
      assertThat(database.query("SELECT id FROM invoice")).containsExactly("inv_2");
      assertThatThrownBy(() -> posthorn.messages().get(lost))
          .isInstanceOfSatisfying(
              PosthornException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_FOUND));
    }
  }

  @Test
  void manyMessagesOfATransactionArriveAllAndInOrder() throws SQLException {
    try (Posthorn posthorn = open(options -> options.pageSize(7))) {
      posthorn.endpoints().list().forEach(each -> posthorn.endpoints().remove(each.id()));
      posthorn.endpoints().add(NewEndpoint.builder(receiver.url("/")).ordered(true).build());
      List<String> ids;
      try (Connection connection = begun("inv_1")) {
        List<NewMessage> messages = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
          messages.add(NewMessage.of("invoice.paid", Map.of("n", i)));
        }
        ids = posthorn.sendAll(connection, messages);
        connection.commit();
      }
      receiver.awaitRequests(50);

      assertThat(received()).isEqualTo(ids);
      database.awaitEmpty();
    }
  }

  @Test
  void withAutoCommitAMessageIsSentAtOnce() throws SQLException {
    try (Posthorn posthorn = open();
        Connection connection = database.getConnection()) {
      String id = posthorn.send(connection, "invoice.paid", Map.of());
      receiver.awaitRequests(1);

      assertThat(received()).containsExactly(id);
      assertThat(connection.isClosed()).isFalse();
      assertThat(connection.getAutoCommit()).isTrue();
    }
  }

  @Test
  void severalMessagesNeedATransaction() throws SQLException {
    try (Posthorn posthorn = open();
        Connection connection = database.getConnection()) {
      NewMessage message = NewMessage.of("a.b", Map.of());
      assertRefused(
          () -> posthorn.sendAll(connection, List.of(message, message)),
          "connection: is in auto-commit mode",
          "begin a transaction");
      assertThat(posthorn.sendAll(connection, List.of(message))).hasSize(1);
      receiver.awaitRequests(1);
    }
  }

  @Test
  void aMessageOfALargeSizeKeepsItsBytes() throws SQLException {
    byte[] payload = new byte[900_000];
    Arrays.fill(payload, (byte) 0xfe);
    try (Posthorn posthorn = open();
        Connection connection = database.getConnection()) {
      for (int i = 0; i < 20; i++) { // more than are read at once
        posthorn.send(connection, NewMessage.of("a.b", payload, "application/octet-stream"));
      }
      receiver.awaitRequests(20);

      assertThat(receiver.requests()).allSatisfy(one -> assertThat(one.body()).isEqualTo(payload));
      database.awaitEmpty();
    }
  }

  @Test
  void anotherProgramInsertsAPlainRow() {
    database.execute(
        "INSERT INTO posthorn_inbox (message_id, application, type, payload) VALUES"
            + " ('msg_000000000000000000000000001', 'default', 'invoice.paid', "
            + json("{\"id\":1}")
            + ")");
    try (Posthorn posthorn = open()) {
      receiver.awaitRequests(1);

      assertThat(received()).containsExactly("msg_000000000000000000000000001");
      assertThat(receiver.requests().getFirst().text()).isEqualTo("{\"id\":1}");
      database.awaitEmpty();
      assertThat(posthorn.inbox().stats().trouble()).isNull();
    }
  }

  /** Returns a literal of bytes. */
  String json(String text) {
    return "X'" + HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8)) + "'";
  }

  @Test
  void payloadsAreEncryptedIfConfigured() throws SQLException {
    try (Posthorn posthorn = open(options -> options.encryptPayloads(true))) {
      Connection connection = begun("inv_1");
      String id = posthorn.send(connection, "invoice.paid", Map.of("secret", "abracadabra"));
      try (PreparedStatement select =
              connection.prepareStatement("SELECT payload FROM posthorn_inbox");
          var rows = select.executeQuery()) {
        assertThat(rows.next()).isTrue();
        assertThat(new String(rows.getBytes(1), StandardCharsets.ISO_8859_1))
            .doesNotContain("abracadabra");
      }
      connection.commit();
      connection.close();
      receiver.awaitRequests(1);

      assertThat(received()).containsExactly(id);
      assertThat(receiver.requests().getFirst().text()).contains("abracadabra");
    }
  }

  @Test
  void aRowOfAnUnknownApplicationStopsNoOtherAndIsTriedAgain() throws SQLException {
    try (Posthorn posthorn = open();
        Connection connection = database.getConnection()) {
      database.execute(
          "INSERT INTO posthorn_inbox (message_id, application, type, payload) VALUES"
              + " ('msg_000000000000000000000000002', 'later', 'a.b', "
              + json("{}")
              + ")");
      String id = posthorn.send(connection, "a.b", Map.of());
      receiver.awaitRequests(1);
      assertThat(received()).containsExactly(id);
      Await.until("it is refused", () -> posthorn.inbox().stats().refused() == 1);
      Await.until(
          "the reason is in the row",
          () ->
              String.valueOf(database.query("SELECT problem FROM posthorn_inbox"))
                  .contains("later"));

      posthorn.application("later").endpoints().add(NewEndpoint.of(receiver.url("/later")));
      now.updateAndGet(time -> time.plusSeconds(2));
      receiver.awaitRequests(2);

      assertThat(received()).containsExactly(id, "msg_000000000000000000000000002");
      database.awaitEmpty();
    }
  }

  @Test
  void aRowThatIsWrongIsSetAsideUntilSomebodyMendsIt() throws SQLException {
    try (Posthorn posthorn = open();
        Connection connection = database.getConnection()) {
      database.execute(
          "INSERT INTO posthorn_inbox (message_id, application, type, payload) VALUES"
              + " ('msg_000000000000000000000000003', 'default', 'a b', "
              + json("{}")
              + ")");
      String id = posthorn.send(connection, "a.b", Map.of());
      receiver.awaitRequests(1);
      Await.until("it is rejected", () -> posthorn.inbox().stats().rejected() == 1);
      assertThat(database.query("SELECT problem FROM posthorn_inbox WHERE retry_at IS NULL"))
          .singleElement()
          .asString()
          .contains("type");

      database.execute("UPDATE posthorn_inbox SET type = 'a.b'");
      assertThat(posthorn.inbox().retryRejected()).isEqualTo(1);
      receiver.awaitRequests(2);

      assertThat(received()).containsExactly(id, "msg_000000000000000000000000003");
      Await.until("none is rejected", () -> posthorn.inbox().stats().rejected() == 0);
      database.awaitEmpty();
    }
  }

  @Test
  void aClockThatJumpsLosesNothingAndRepeatsNothing() throws SQLException {
    List<String> ids = new ArrayList<>();
    List<Duration> jumps =
        List.of(
            Duration.ofDays(3), Duration.ofDays(-10), Duration.ofHours(13), Duration.ofDays(-1));
    try (Posthorn posthorn = open()) {
      for (Duration jump : jumps) {
        try (Connection connection = begun("inv" + jump)) {
          ids.add(posthorn.send(connection, "a.b", Map.of()));
          now.updateAndGet(time -> time.plus(jump));
          connection.commit();
        }
        receiver.awaitRequests(ids.size());
      }
      database.awaitEmpty();

      assertThat(received()).isEqualTo(ids);
    }
  }

  @Test
  void anEventIdIsAcceptedOnceAndBothIdsLeadToItsMessage() throws SQLException {
    try (Posthorn posthorn = open();
        Connection connection = database.getConnection()) {
      NewMessage message =
          NewMessage.builder("a.b", Map.of())
              .eventId("e1")
              .expiresIn(Duration.ofHours(1))
              .deliverIn(Duration.ofSeconds(1))
              .build();
      String first = posthorn.send(connection, message);
      now.updateAndGet(time -> time.plusMillis(500)); // the words are the same, the times are not
      String again = posthorn.send(connection, message);
      String last = posthorn.send(connection, "a.b", Map.of());
      receiver.awaitRequests(1);
      database.awaitEmpty();
      now.updateAndGet(time -> time.plusSeconds(1));
      receiver.awaitRequests(2);

      assertThat(received()).containsExactly(last, first);
      assertThat(posthorn.messages().get(again).id()).isEqualTo(first);
      assertThat(posthorn.send(message))
          .satisfies(receipt -> assertThat(receipt.id()).isEqualTo(first))
          .satisfies(receipt -> assertThat(receipt.duplicate()).isTrue());
      assertThat(posthorn.stats().messages().duplicates()).isEqualTo(2);
    }
  }

  @Test
  void whatWaitsIsSentByTheNextProcess() throws SQLException {
    String id;
    try (Posthorn posthorn = open();
        Connection connection = begun("inv_1")) {
      id = posthorn.send(connection, "a.b", Map.of());
      posthorn.close();
      connection.commit();
    }
    assertThat(database.rows()).isEqualTo(1);

    try (Posthorn posthorn = open()) {
      receiver.awaitRequests(1);
      assertThat(received()).containsExactly(id);
      database.awaitEmpty();
      assertThat(posthorn.inbox().stats().relayed()).isEqualTo(1);
    }
  }

  @Test
  void aConnectionThatCannotWriteIsRefused() throws SQLException {
    try (Posthorn posthorn = open()) {
      Connection closed = database.getConnection();
      closed.close();
      assertRefused(() -> posthorn.send(closed, "a.b", Map.of()), "connection: is closed");
      database.execute("DROP TABLE posthorn_inbox");
      try (Connection connection = database.getConnection()) {
        assertRefused(
            () -> posthorn.send(connection, "a.b", Map.of()), "inbox: there is no table", ".sql");
      }
      Await.until("the relay says so", () -> posthorn.inbox().stats().trouble() != null);
      assertThat(posthorn.inbox().stats().trouble()).contains("there is no table posthorn_inbox");

      database.createInbox();
      try (Connection connection = database.getConnection()) {
        posthorn.send(connection, "a.b", Map.of());
      }
      receiver.awaitRequests(1);
      Await.until("the relay works", () -> posthorn.inbox().stats().trouble() == null);
    }
  }

  @Test
  void aTableWithOtherColumnsIsRefusedAtOpening() {
    database.execute("ALTER TABLE posthorn_inbox DROP COLUMN tracestate");
    assertRefused(this::open, "inbox: the table posthorn_inbox has other columns", ".sql");
  }

  static void assertRefused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String... words) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            PosthornException.class, e -> assertThat(e.reason()).isEqualTo(Reason.INVALID))
        .hasMessageContainingAll(words);
  }
}
