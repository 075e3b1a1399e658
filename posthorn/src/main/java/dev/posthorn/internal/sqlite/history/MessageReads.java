package dev.posthorn.internal.sqlite.history;

import dev.posthorn.internal.rows.Values;
import dev.posthorn.internal.sqlite.file.Reader;
import dev.posthorn.spi.store.reads.LoadedMessages;
import dev.posthorn.spi.store.reads.MessageFilter;
import dev.posthorn.spi.store.reads.MessageQuery;
import dev.posthorn.spi.store.reads.Page;
import dev.posthorn.spi.store.reads.PageRequest;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.spi.store.rows.MessageSpec;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads messages. A caller that lists them must take the view of the tail before the reader begins.
 */
public final class MessageReads {
  private static final byte[] NO_BODY = {};

  private static final int BY_APPLICATION = 0;
  private static final int BY_EVENT = 1;

  /**
   * Maximum size of all targets on one page of a list, in bytes: the page ends once they exceed it.
   */
  private static final long MOST_TARGETS = 4 * 1024 * 1024;

  private static final String BEFORE_TARGETS =
      "m.id, m.application, m.type, m.channels, m.tags, m.event_id, m.content_type,";
  private static final String AFTER_TARGETS = " m.body IS NULL, m.deliver_at, m.public_id";
  static final String COLUMNS = BEFORE_TARGETS + " m.targets," + AFTER_TARGETS;
  private static final String MESSAGE =
      "SELECT " + COLUMNS + ", m.body FROM message m WHERE m.id = ?";
  private static final String SENT =
      "SELECT "
          + BEFORE_TARGETS
          + " NULL,"
          + AFTER_TARGETS
          + ", m.body, length(m.body) FROM message m WHERE m.id = ?";
  private static final String LISTED = "SELECT " + COLUMNS + " FROM message m WHERE m.id = ?";
  private static final String BY_IDS =
      "SELECT " + COLUMNS + " FROM message m WHERE m.id IN (" + HistoryScan.IDS + ")";
  static final String INDEXED_BY_APPLICATION =
      "SELECT "
          + COLUMNS
          + " FROM message_by_application i CROSS JOIN message m ON m.id = i.id"
          + " WHERE i.application = ? AND i.id > ? AND i.id < ?";
  static final String INDEXED_BY_EVENT =
      "SELECT "
          + COLUMNS
          + " FROM message_by_event i CROSS JOIN message m ON m.id = i.id"
          + " WHERE i.event = ? AND i.id > ? AND i.id < ?";

  private static final String PUBLIC_ID =
      "SELECT public_id FROM message WHERE id = ? AND public_id IS NOT NULL";

  private MessageReads() {}

  public static @Nullable MessageRow message(Reader reader, long id) throws SQLException {
    return reader.one(row -> message(row, row.getBytes(12)), MESSAGE, id);
  }

  /** Returns a message without its body. */
  public static @Nullable MessageRow listed(Reader reader, long id) throws SQLException {
    return reader.one(row -> message(row, NO_BODY), LISTED, id);
  }

  public static LoadedMessages messages(Reader reader, long[] ids, long maxBytes)
      throws SQLException {
    List<MessageRow> found = new ArrayList<>(ids.length);
    long left = maxBytes;
    for (int i = 0; i < ids.length; i++) {
      try (ResultSet row = reader.prepare(SENT, ids[i]).executeQuery()) {
        if (row.next()) {
          int bytes = row.getInt(13); // known without the body
          if (bytes > left) {
            return new LoadedMessages(found, i, bytes);
          }
          left -= bytes;
          found.add(message(row, row.getBytes(12)));
        }
      }
    }
    return new LoadedMessages(found, ids.length, 0);
  }

  public static @Nullable MessageRow byEvent(
      Reader reader, Tail.View tail, long application, String eventId) throws SQLException {
    MessageFilter filter = new MessageFilter(Set.of(), null, null, eventId, 0);
    MessageQuery newest = new MessageQuery(application, PageRequest.newest(1), filter);
    List<MessageRow> found = messages(reader, tail, newest).rows();
    return found.isEmpty() ? null : message(reader, found.getFirst().id());
  }

  public static @Nullable MessageRow byPublicId(Reader reader, Tail.View tail, String publicId)
      throws SQLException {
    long key = EventKey.ofPublicId(publicId);
    HistoryScan.Source<MessageRow> source =
        new HistoryScan.Source<>(
            tail.find(BY_EVENT, key, 0, Long.MAX_VALUE),
            tail.indexed(),
            INDEXED_BY_EVENT,
            key,
            BY_IDS,
            row -> message(row, NO_BODY));
    List<MessageRow> found =
        new HistoryScan<>(
                source, PageRequest.newest(1), row -> publicId.equals(row.spec().publicId()))
            .run(reader)
            .rows();
    return found.isEmpty() ? null : message(reader, found.getFirst().id());
  }

  public static Map<Long, String> publicIds(Reader reader, Collection<Long> messages)
      throws SQLException {
    Map<Long, String> found = new HashMap<>();
    for (long message : messages) {
      String publicId = reader.one(row -> row.getString(1), PUBLIC_ID, message);
      if (publicId != null) {
        found.put(message, publicId);
      }
    }
    return found;
  }

  public static Page<MessageRow> messages(Reader reader, Tail.View tail, MessageQuery query)
      throws SQLException {
    String eventId = query.filter().eventId();
    HistoryScan.Source<MessageRow> source =
        eventId == null
            ? source(tail, query, BY_APPLICATION, query.application(), INDEXED_BY_APPLICATION)
            : source(
                tail, query, BY_EVENT, EventKey.of(query.application(), eventId), INDEXED_BY_EVENT);
    return new HistoryScan<>(source, query.page(), query.filter()::matches)
        .within(MOST_TARGETS, row -> (long) row.targets().length * Long.BYTES)
        .run(reader);
  }

  private static HistoryScan.Source<MessageRow> source(
      Tail.View tail, MessageQuery query, int index, long key, String indexed) {
    return new HistoryScan.Source<>(
        tail.find(index, key, query.page().after(), query.page().before()),
        tail.indexed(),
        indexed,
        key,
        BY_IDS,
        row -> mayMatch(row, query) ? message(row, NO_BODY) : null);
  }

  /**
   * Checks the small columns first, so that most rows that a filter drops need not be read in full.
   */
  private static boolean mayMatch(ResultSet row, MessageQuery query) throws SQLException {
    return row.getLong(2) == query.application() && query.filter().isOfType(row.getString(3));
  }

  static MessageRow message(ResultSet row, byte @Nullable [] body) throws SQLException {
    return new MessageRow(
        row.getLong(1),
        row.getLong(2),
        new MessageSpec(
                row.getString(3),
                Values.strings(row.getString(4)),
                Values.strings(row.getString(5)),
                row.getString(6),
                row.getString(7),
                row.getLong(10))
            .withPublicId(row.getString(11)),
        Values.ids(row.getBytes(8)),
        Values.bytes(body),
        row.getBoolean(9));
  }
}
