package dev.posthorn.internal.inbox;

import dev.posthorn.InboxOptions;
import dev.posthorn.NewEndpoint;
import dev.posthorn.Posthorn;
import dev.posthorn.PosthornOptions;
import dev.posthorn.internal.api.OpenPosthorn;
import dev.posthorn.testkit.receiver.Receiver;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A database with an inbox, a receiver, and a library that sends from the one to the other. */
abstract class InboxFixture {
  static final Instant BEGIN = Instant.parse("2030-01-01T08:00:00Z");

  @TempDir Path folder;

  final AtomicReference<Instant> now = new AtomicReference<>(BEGIN);
  InboxDatabase database;
  Receiver receiver;

  /** Creates an empty database with its tables. */
  abstract InboxDatabase create(Path emptyFolder) throws Exception;

  @BeforeEach
  void begin() throws Exception {
    database = create(folder);
    receiver = Receiver.start();
  }

  @AfterEach
  void end() {
    receiver.close();
  }

  Posthorn open() {
    return open(options -> options);
  }

  Posthorn open(UnaryOperator<InboxOptions.Builder> change) {
    return open(change, TraceContexts.NONE);
  }

  Posthorn open(UnaryOperator<InboxOptions.Builder> change, TraceContexts traces) {
    InboxOptions.Builder inbox = InboxOptions.builder(database);
    PosthornOptions options =
        PosthornOptions.builder(folder.resolve("webhooks.db"))
            .allowNetworks("127.0.0.0/8")
            .clock(now::get)
            .inbox(change.apply(inbox).build())
            .build();
    Posthorn posthorn = OpenPosthorn.open(options, UnaryOperator.identity(), traces);
    if (posthorn.endpoints().list().isEmpty()) {
      posthorn.endpoints().add(NewEndpoint.of(receiver.url("/")));
    }
    return posthorn;
  }

  /** Returns a connection with an open transaction, in which something was written already. */
  Connection begun(String invoice) throws SQLException {
    Connection connection = database.getConnection();
    connection.setAutoCommit(false);
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO invoice (id) VALUES (?)")) {
      insert.setString(1, invoice);
      insert.executeUpdate();
    }
    return connection;
  }

  List<String> received() {
    return receiver.requests().stream().map(request -> request.header("webhook-id")).toList();
  }
}
