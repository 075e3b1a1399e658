package dev.posthorn.internal.inbox;

import dev.posthorn.NewEndpoint;
import dev.posthorn.Posthorn;
import dev.posthorn.PosthornOptions;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.Map;
import java.util.UUID;

/**
 * A program that pays invoices until it is killed: each in a transaction that also sends a message,
 * and every third of them is rolled back.
 */
final class KilledSender {
  private KilledSender() {}

  /** Opens Posthorn on the files of a folder. */
  static Posthorn open(Path folder, InboxDatabase database) {
    return Posthorn.open(
        PosthornOptions.builder(folder.resolve("webhooks.db"))
            .allowNetworks("127.0.0.0/8")
            .inbox(database)
            .build());
  }

  /** Pays invoices: the arguments are the folder, and the URL of the receiver. */
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    InboxDatabase database = InboxDatabase.existing(url(folder), "sqlite");
    Posthorn posthorn = open(folder, database);
    if (posthorn.endpoints().list().isEmpty()) {
      posthorn.endpoints().add(NewEndpoint.of(arguments[1]));
    }
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      for (int i = 0; true; i++) {
        String invoice = UUID.randomUUID().toString();
        try (PreparedStatement insert =
            connection.prepareStatement("INSERT INTO invoice (id) VALUES (?)")) {
          insert.setString(1, invoice);
          insert.executeUpdate();
        }
        posthorn.send(connection, "invoice.paid", Map.of("id", invoice));
        if (i % 3 == 2) {
          connection.rollback();
        } else {
          connection.commit();
        }
      }
    }
  }

  static String url(Path folder) {
    return "jdbc:sqlite:"
        + folder.resolve("user.db")
        + "?journal_mode=WAL&synchronous=NORMAL&busy_timeout=20000";
  }
}
