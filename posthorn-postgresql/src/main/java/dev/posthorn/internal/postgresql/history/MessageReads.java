package dev.posthorn.internal.postgresql.history;

import dev.posthorn.internal.postgresql.connection.Session;
import dev.posthorn.internal.postgresql.sql.PageScan;
import dev.posthorn.internal.postgresql.sql.Query;
import dev.posthorn.internal.postgresql.sql.Texts;
import dev.posthorn.internal.rows.Values;
import dev.posthorn.spi.store.reads.LoadedMessages;
import dev.posthorn.spi.store.reads.MessageFilter;
import dev.posthorn.spi.store.reads.MessageQuery;
import dev.posthorn.spi.store.reads.Page;
import dev.posthorn.spi.store.reads.PageRequest;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.spi.store.rows.MessageSpec;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads messages of a partition. */
public final class MessageReads {
  private static final byte[] NO_BODY = {};

  /**
   * Maximum size of all targets on one page of a list, in bytes: the page ends once they exceed it.
   */
  private static final long MOST_TARGETS = 4 * 1024 * 1024;

  static final String BEFORE_TARGETS =
      "SELECT m.id, m.application, m.type, m.channels, m.tags, m.event_id, m.content_type,"
          + " m.deliver_at, m.body IS NULL, ";
  static final String AFTER_BODY = ", m.public_id";
  private static final String BY_ID =
      AFTER_BODY + " FROM posthorn.message m WHERE m.partition = ? AND m.id = ?";
  private static final String MESSAGE = BEFORE_TARGETS + "m.targets, m.body" + BY_ID;
  private static final String LISTED = BEFORE_TARGETS + "m.targets, NULL" + BY_ID;

  /** Many targets are left out of a chunk of rows, which would be large with them. */
  private static final String CHUNK =
      BEFORE_TARGETS
          + "CASE WHEN length(m.targets) <= 2048 THEN m.targets END, NULL"
          + AFTER_BODY
          + " FROM posthorn.message m WHERE m.partition = ?";

  private static final String BY_APPLICATION =
      CHUNK + " AND m.application = ? AND m.id > ? AND m.id < ?";
  private static final String BY_EVENT =
      CHUNK + " AND m.application = ? AND m.event_id = ? AND m.id > ? AND m.id < ?";
  private static final String OLDEST = " ORDER BY m.id LIMIT ?";
  private static final String NEWEST = " ORDER BY m.id DESC LIMIT ?";

  /**
   * Begins a query of messages by their ids; {@link #OF_ID} ends it. The limit has the planner look
   * up each id in the table of its day. Without it, it may read all messages of the partition: it
   * believes that each id has to be looked up in the tables of all days.
   */
  private static final String EACH = " FROM unnest(?::bigint[]) AS w(id) CROSS JOIN LATERAL (";

  private static final String OF_ID = " AND m.id = w.id LIMIT 1) m";
  private static final String OF_IDS = "SELECT m.*" + EACH + CHUNK + OF_ID;

  /** Returns bodies as far as all of them up to there fit; the others are not read. */
  private static final String SENT =
      "SELECT f.id, f.application, f.type, f.channels, f.tags, f.event_id, f.content_type,"
          + " f.deliver_at, f.expunged, NULL, CASE WHEN f.total <= ? THEN f.body END, f.public_id,"
          + " f.place, f.bytes, f.total FROM (SELECT w.place, m.id, m.application, m.type,"
          + " m.channels, m.tags, m.event_id, m.content_type, m.deliver_at,"
          + " m.public_id, m.body IS NULL AS expunged, m.body, length(m.body) AS bytes,"
          + " sum(coalesce(length(m.body), 0)) OVER (ORDER BY w.place) AS total"
          + " FROM unnest(?::bigint[]) WITH ORDINALITY AS w(id, place) CROSS JOIN LATERAL"
          + " (SELECT m.* FROM posthorn.message m WHERE m.partition = ?"
          + OF_ID
          + ") f ORDER BY f.place";

  private static final String BY_PUBLIC_ID =
      "SELECT m.id FROM posthorn.message m WHERE m.partition = ? AND m.public_id = ?"
          + " ORDER BY m.id DESC LIMIT 1";
  private static final String PUBLIC_IDS =
      "SELECT m.id, m.public_id"
          + EACH
          + "SELECT m.id, m.public_id FROM posthorn.message m WHERE m.partition = ?"
          + OF_ID
          + " WHERE m.public_id IS NOT NULL";

  private MessageReads() {}

  /** Returns a message with its body, or null. */
  public static @Nullable MessageRow message(Session session, int partition, long id)
      throws SQLException {
    return Query.one(session, row -> message(row, row.getBytes(11)), MESSAGE, partition, id);
  }

  /** Returns a message without its body, or null. */
  public static @Nullable MessageRow listed(Session session, int partition, long id)
      throws SQLException {
    return Query.one(session, row -> message(row, NO_BODY), LISTED, partition, id);
  }

  /** Returns messages as they are sent, as far as their bodies fit. */
  public static LoadedMessages messages(Session session, int partition, long[] ids, long maxBytes)
      throws SQLException {
    try (PreparedStatement statement = session.prepare(SENT)) {
      Query.set(statement, maxBytes, ids, partition);
      List<MessageRow> found = new ArrayList<>(ids.length);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          if (row.getLong(15) > maxBytes) {
            return new LoadedMessages(found, row.getInt(13) - 1, row.getInt(14));
          }
          found.add(message(row, row.getBytes(11)));
        }
      }
      return new LoadedMessages(found, ids.length, 0);
    }
  }

  /** Returns the newest message of an application with an event id, or null. */
  public static @Nullable MessageRow byEvent(
      Session session, int partition, long application, String eventId) throws SQLException {
    Long id =
        Query.one(
            session,
            row -> row.getLong(1),
            BY_EVENT + NEWEST,
            partition,
            application,
            Texts.toStored(eventId),
            Long.MIN_VALUE,
            Long.MAX_VALUE,
            1);
    return id == null ? null : message(session, partition, id);
  }

  /** Returns the newest message whose sender chose a public id for it, by that id, or null. */
  public static @Nullable MessageRow byPublicId(Session session, int partition, String publicId)
      throws SQLException {
    Long id =
        Query.one(
            session, row -> row.getLong(1), BY_PUBLIC_ID, partition, Texts.toStored(publicId));
    return id == null ? null : message(session, partition, id);
  }

  /** Returns, by message, the public ids of those messages for which the sender chose one. */
  public static Map<Long, String> publicIds(Session session, int partition, long[] messages)
      throws SQLException {
    Map<Long, String> found = new HashMap<>();
    try (PreparedStatement statement = session.prepare(PUBLIC_IDS)) {
      Query.set(statement, messages, partition);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          found.put(row.getLong(1), Texts.ofStored(row.getString(2)));
        }
      }
    }
    return found;
  }

  /** Returns a page of an application's messages, without their bodies. */
  public static Page<MessageRow> messages(Session session, int partition, MessageQuery query)
      throws SQLException {
    PageScan.Source<MessageRow> source =
        range -> {
          List<PageScan.Entry<MessageRow>> entries = new ArrayList<>();
          for (Stub stub : chunk(session, partition, query, range)) {
            entries.add(
                new PageScan.Entry<>(
                    stub.row.id(), () -> stub.matching(session, partition, query.filter())));
          }
          return entries;
        };
    return new PageScan<>(source, query.page())
        .within(MOST_TARGETS, row -> (long) row.targets().length * Long.BYTES)
        .run();
  }

  private static List<Stub> chunk(
      Session session, int partition, MessageQuery query, PageRequest range) throws SQLException {
    String order = range.newestFirst() ? NEWEST : OLDEST;
    String eventId = query.filter().eventId();
    return eventId == null
        ? Query.list(
            session,
            MessageReads::stub,
            BY_APPLICATION + order,
            partition,
            query.application(),
            range.after(),
            range.before(),
            range.limit())
        : Query.list(
            session,
            MessageReads::stub,
            BY_EVENT + order,
            partition,
            query.application(),
            Texts.toStored(eventId),
            range.after(),
            range.before(),
            range.limit());
  }

  /** Returns which of some messages match a filter. */
  static Map<Long, Boolean> matching(
      Session session, int partition, long[] ids, MessageFilter filter) throws SQLException {
    Map<Long, Boolean> matching = new HashMap<>();
    for (Stub stub : Query.list(session, MessageReads::stub, OF_IDS, ids, partition)) {
      boolean matches =
          filter.target() == 0
              ? filter.matches(stub.row)
              : stub.matching(session, partition, filter) != null;
      matching.put(stub.row.id(), matches);
    }
    return matching;
  }

  /**
   * A message of a chunk.
   *
   * @param row the message, without its targets if there are many
   * @param complete whether it has its targets
   */
  private record Stub(MessageRow row, boolean complete) {

    /** Returns the message with its targets if it matches a filter, else null. */
    @Nullable MessageRow matching(Session session, int partition, MessageFilter filter)
        throws SQLException {
      MessageFilter small =
          new MessageFilter(filter.types(), filter.channel(), filter.tag(), filter.eventId(), 0);
      if (!small.matches(row)) {
        return null;
      }
      MessageRow whole = complete ? row : listed(session, partition, row.id());
      return whole != null && filter.matches(whole) ? whole : null;
    }
  }

  private static Stub stub(ResultSet row) throws SQLException {
    return new Stub(message(row, NO_BODY), row.getBytes(10) != null);
  }

  /** Maps a row with the columns of {@link #SENT}. */
  public static MessageRow message(ResultSet row, byte @Nullable [] body) throws SQLException {
    return new MessageRow(
        row.getLong(1),
        row.getLong(2),
        new MessageSpec(
                Texts.ofStored(row.getString(3)),
                Values.strings(Texts.ofStoredOrNull(row.getString(4))),
                Values.strings(Texts.ofStoredOrNull(row.getString(5))),
                Texts.ofStoredOrNull(row.getString(6)),
                Texts.ofStored(row.getString(7)),
                row.getLong(8))
            .withPublicId(Texts.ofStoredOrNull(row.getString(12))),
        Values.ids(row.getBytes(10)),
        Values.bytes(body),
        row.getBoolean(9));
  }
}
