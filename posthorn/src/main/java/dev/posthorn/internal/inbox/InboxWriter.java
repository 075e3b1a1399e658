package dev.posthorn.internal.inbox;

import dev.posthorn.InboxOptions;
import dev.posthorn.PosthornException;
import dev.posthorn.internal.engine.base.SendRequest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Writes messages to the inbox in the transaction of a caller's connection. Thread-safe. */
final class InboxWriter {
  private final String table;
  private final @Nullable PayloadCipher cipher;

  /**
   * Creates a writer.
   *
   * @param cipher encrypts payloads if the options ask for that
   */
  InboxWriter(InboxOptions options, PayloadCipher cipher) {
    this.table = options.table();
    this.cipher = options.encryptPayloads() ? cipher : null;
  }

  /**
   * Inserts a row for each message. The connection's transaction stays open.
   *
   * @param application the uid of the application, or its public id
   * @param messages messages with public ids
   * @param trace the trace in which they are sent
   * @param now the wall time in milliseconds
   * @throws PosthornException with INVALID or STORE_FAILED, naming what to do about it
   */
  void write(
      Connection connection,
      String application,
      List<SendRequest> messages,
      TraceContext trace,
      long now) {
    TraceContext kept = trace.fitting();
    try {
      requireUsable(connection, messages.size());
      try (PreparedStatement insert = connection.prepareStatement(InboxSql.insert(table))) {
        for (SendRequest message : messages) {
          set(insert, application, message, now);
          text(insert, 14, kept.parent());
          text(insert, 15, kept.state());
          if (messages.size() > 1) {
            insert.addBatch();
          }
        }
        if (messages.size() > 1) {
          insert.executeBatch();
        } else {
          insert.executeUpdate();
        }
      }
    } catch (SQLException e) {
      throw SqlProblem.ofSend(e, table, dialect(connection));
    }
  }

  private static void requireUsable(Connection connection, int messages) throws SQLException {
    if (connection.isClosed()) {
      throw PosthornException.invalid(
          "connection", "is closed; pass the connection of a transaction that is open");
    }
    if (connection.isReadOnly()) {
      throw PosthornException.invalid(
          "connection", "is read-only; begin the transaction without that, and send in it");
    }
    if (messages > 1 && connection.getAutoCommit()) {
      throw PosthornException.invalid(
          "connection",
          "is in auto-commit mode, so some of these messages might be sent and others not; begin a"
              + " transaction (setAutoCommit(false)), or send them one by one");
    }
  }

  private static Dialect dialect(Connection connection) {
    try {
      return Dialect.of(connection);
    } catch (SQLException e) {
      return Dialect.STANDARD;
    }
  }

  private void set(PreparedStatement insert, String application, SendRequest message, long now)
      throws SQLException {
    SendRequest.Options options = message.options();
    String id = Objects.requireNonNull(options.publicId());
    insert.setString(1, id);
    insert.setString(2, application);
    insert.setString(3, message.type());
    if (cipher == null) {
      insert.setBytes(4, message.body());
      insert.setNull(5, Types.INTEGER);
    } else {
      insert.setBytes(4, cipher.seal(id, application, message.body()));
      insert.setInt(5, cipher.key());
    }
    insert.setString(6, message.contentType());
    text(insert, 7, InboxNames.join(message.channels()));
    text(insert, 8, InboxNames.join(options.tags()));
    text(insert, 9, options.eventId());
    time(insert, 10, options.deliverAt());
    time(insert, 11, options.expires());
    time(insert, 12, options.payloadMillis());
    text(insert, 13, options.deliverAt() + options.expires() == 0 ? null : options.times());
    insert.setLong(16, now);
  }

  private static void text(PreparedStatement insert, int index, @Nullable String text)
      throws SQLException {
    if (text == null) {
      insert.setNull(index, Types.VARCHAR);
    } else {
      insert.setString(index, text);
    }
  }

  private static void time(PreparedStatement insert, int index, long millis) throws SQLException {
    if (millis == 0) {
      insert.setNull(index, Types.BIGINT);
    } else {
      insert.setLong(index, millis);
    }
  }
}
