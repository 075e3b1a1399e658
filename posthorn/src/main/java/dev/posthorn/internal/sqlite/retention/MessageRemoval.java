package dev.posthorn.internal.sqlite.retention;

import dev.posthorn.internal.sqlite.file.Statements;
import dev.posthorn.internal.sqlite.history.EventKey;
import dev.posthorn.internal.sqlite.history.Removals;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Removes messages with their index rows, many together. */
public final class MessageRemoval {
  private final Removals removals;
  private final PreparedStatement deleteMessage;
  private final PreparedStatement deleteByApplication;
  private final PreparedStatement deleteByEvent;

  public MessageRemoval(Statements statements, Removals removals) throws SQLException {
    this.removals = removals;
    deleteMessage = statements.get("DELETE FROM message WHERE id = ?");
    deleteByApplication =
        statements.get("DELETE FROM message_by_application WHERE application = ? AND id = ?");
    deleteByEvent = statements.get("DELETE FROM message_by_event WHERE event = ? AND id = ?");
  }

  /** Adds a message that is in the indexes. */
  void add(long id, long application, @Nullable String eventId) throws SQLException {
    removals.note();
    deleteMessage.setLong(1, id);
    deleteMessage.addBatch();
    deleteByApplication.setLong(1, application);
    deleteByApplication.setLong(2, id);
    deleteByApplication.addBatch();
    if (eventId != null) {
      deleteByEvent.setLong(1, EventKey.of(application, eventId));
      deleteByEvent.setLong(2, id);
      deleteByEvent.addBatch();
    }
  }

  /** Removes the added messages, in the current transaction. */
  void run() throws SQLException {
    deleteMessage.executeBatch();
    deleteByApplication.executeBatch();
    deleteByEvent.executeBatch();
  }
}
