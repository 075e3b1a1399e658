package dev.posthorn.internal.sqlite.retention;

import dev.posthorn.internal.sqlite.file.Statements;
import dev.posthorn.internal.sqlite.history.EventKey;
import dev.posthorn.internal.sqlite.history.Removals;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Removes messages with their index rows, many together. */
public final class MessageRemoval {
  /** The columns of {@link Names}. */
  static final String NAMES = "m.event_id, m.public_id";

  private final Removals removals;
  private final PreparedStatement deleteMessage;
  private final PreparedStatement deleteByApplication;
  private final PreparedStatement deleteByEvent;

  /**
   * The keys by which a message is indexed besides its application.
   *
   * @param eventId the sender's id of the event, or null
   * @param publicId the public id that the sender chose, or null
   */
  record Names(@Nullable String eventId, @Nullable String publicId) {
    static Names read(ResultSet row, int firstColumn) throws SQLException {
      return new Names(row.getString(firstColumn), row.getString(firstColumn + 1));
    }
  }

  public MessageRemoval(Statements statements, Removals removals) throws SQLException {
    this.removals = removals;
    deleteMessage = statements.get("DELETE FROM message WHERE id = ?");
    deleteByApplication =
        statements.get("DELETE FROM message_by_application WHERE application = ? AND id = ?");
    deleteByEvent = statements.get("DELETE FROM message_by_event WHERE event = ? AND id = ?");
  }

  /** Adds a message that is in the indexes. */
  void add(long id, long application, Names names) throws SQLException {
    removals.note();
    deleteMessage.setLong(1, id);
    deleteMessage.addBatch();
    deleteByApplication.setLong(1, application);
    deleteByApplication.setLong(2, id);
    deleteByApplication.addBatch();
    if (names.eventId != null) {
      addKey(id, EventKey.of(application, names.eventId));
    }
    if (names.publicId != null) {
      addKey(id, EventKey.ofPublicId(names.publicId));
    }
  }

  private void addKey(long id, long key) throws SQLException {
    deleteByEvent.setLong(1, key);
    deleteByEvent.setLong(2, id);
    deleteByEvent.addBatch();
  }

  /** Removes the added messages, in the current transaction. */
  void run() throws SQLException {
    deleteMessage.executeBatch();
    deleteByApplication.executeBatch();
    deleteByEvent.executeBatch();
  }
}
