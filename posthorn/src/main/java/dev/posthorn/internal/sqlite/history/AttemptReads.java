package dev.posthorn.internal.sqlite.history;

import dev.posthorn.AttemptKind;
import dev.posthorn.DeliveryState;
import dev.posthorn.Timings;
import dev.posthorn.internal.rows.Values;
import dev.posthorn.internal.sqlite.file.Reader;
import dev.posthorn.spi.store.reads.AttemptFilter;
import dev.posthorn.spi.store.reads.AttemptQuery;
import dev.posthorn.spi.store.reads.Page;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.MessageRow;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads attempts. A caller that lists them must take the view of the tail before the reader begins.
 */
public final class AttemptReads {
  private static final AttemptKind[] KINDS = AttemptKind.values();
  private static final DeliveryState[] STATES = DeliveryState.values();

  private static final int BY_MESSAGE = 0;
  private static final int BY_ENDPOINT = 1;

  static final String COLUMNS =
      "a.id, a.message, a.delivery, a.endpoint, a.kind, a.state, a.spent, a.status, a.error, a.dns,"
          + " a.connect, a.tls, a.first_byte, a.total, a.excerpt, a.next_due";
  private static final String ATTEMPT = "SELECT " + COLUMNS + " FROM attempt a WHERE a.id = ?";
  private static final String BY_IDS =
      "SELECT " + COLUMNS + " FROM attempt a WHERE a.id IN (" + HistoryScan.IDS + ")";
  static final String INDEXED_BY_MESSAGE =
      "SELECT "
          + COLUMNS
          + " FROM attempt_by_message i CROSS JOIN attempt a ON a.id = i.id"
          + " WHERE i.message = ? AND i.id > ? AND i.id < ?";
  private static final String ALL_OF_MESSAGE =
      "SELECT "
          + COLUMNS
          + " FROM attempt_by_message i CROSS JOIN attempt a ON a.id = i.id"
          + " WHERE i.message = ? AND i.id <= ? ORDER BY i.id";
  static final String INDEXED_BY_ENDPOINT =
      "SELECT "
          + COLUMNS
          + " FROM attempt_by_endpoint i CROSS JOIN attempt a ON a.id = i.id"
          + " WHERE i.endpoint = ? AND i.id > ? AND i.id < ?";

  private static final String PREVIOUS_OF_MESSAGE =
      "SELECT id FROM attempt_by_message WHERE message = ? AND id <= ? ORDER BY id DESC LIMIT 1";
  private static final String PREVIOUS_OF_ENDPOINT =
      "SELECT id FROM attempt_by_endpoint WHERE endpoint = ? AND id <= ? ORDER BY id DESC LIMIT 1";

  private AttemptReads() {}

  public static @Nullable AttemptRow attempt(Reader reader, long id) throws SQLException {
    return reader.one(AttemptReads::attempt, ATTEMPT, id);
  }

  /** Returns all attempts of a message. */
  public static List<AttemptRow> attempts(Reader reader, Tail.View tail, long message)
      throws SQLException {
    List<AttemptRow> found =
        reader.list(AttemptReads::attempt, ALL_OF_MESSAGE, message, tail.indexed());
    for (long id : tail.find(BY_MESSAGE, message, Long.MIN_VALUE, Long.MAX_VALUE)) {
      AttemptRow row = attempt(reader, id);
      if (row != null && row.message() == message) {
        found.add(row);
      }
    }
    return found;
  }

  /** Returns the last attempt of a message for an endpoint before an id. */
  public static @Nullable AttemptRow last(
      Reader reader, Tail.View tail, long message, long endpoint, long before) throws SQLException {
    long id = tail.last(message, endpoint, before);
    while (id > tail.indexed()) {
      AttemptRow row = attempt(reader, id);
      if (isOf(row, message, endpoint)) {
        return row;
      }
      id = tail.last(message, endpoint, id);
    }
    return lastIndexed(reader, message, endpoint, Math.min(tail.indexed(), before - 1));
  }

  /** Returns the last attempts of some messages for an endpoint, with one pass over the tail. */
  public static Map<Long, AttemptRow> lasts(
      Reader reader, Tail.View tail, List<Long> messages, long endpoint) throws SQLException {
    Map<Long, Long> ids = tail.lasts(Set.copyOf(messages), endpoint);
    Map<Long, AttemptRow> found = new HashMap<>();
    for (long message : messages) {
      Long id = ids.get(message);
      AttemptRow row =
          id == null ? lastIndexed(reader, message, endpoint, tail.indexed()) : attempt(reader, id);
      if (id != null && !isOf(row, message, endpoint)) { // another row had its id before
        row = last(reader, tail, message, endpoint, id);
      }
      if (row != null) {
        found.put(message, row);
      }
    }
    return found;
  }

  private static boolean isOf(@Nullable AttemptRow row, long message, long endpoint) {
    return row != null && row.message() == message && row.endpoint() == endpoint;
  }

  /**
   * Intersects two indexes, descending: jumps from the last id in one to the next lower id in the
   * other. So it takes at most as many steps as the shorter one has rows, or a few if their rows
   * alternate.
   */
  private static @Nullable AttemptRow lastIndexed(
      Reader reader, long message, long endpoint, long upTo) throws SQLException {
    long id = upTo;
    while (true) {
      Long ofMessage = previous(reader, PREVIOUS_OF_MESSAGE, message, id);
      Long ofEndpoint =
          ofMessage == null ? null : previous(reader, PREVIOUS_OF_ENDPOINT, endpoint, ofMessage);
      if (ofMessage == null || ofEndpoint == null) {
        return null;
      }
      AttemptRow row = ofMessage.equals(ofEndpoint) ? attempt(reader, ofEndpoint) : null;
      if (row != null) {
        return row;
      }
      id = ofMessage.equals(ofEndpoint) ? ofEndpoint - 1 : ofEndpoint;
    }
  }

  private static @Nullable Long previous(Reader reader, String sql, long key, long upTo)
      throws SQLException {
    return reader.one(row -> row.getLong(1), sql, key, upTo);
  }

  public static Page<AttemptRow> attempts(Reader reader, Tail.View tail, AttemptQuery query)
      throws SQLException {
    boolean ofMessage = query.message() != 0;
    long key = ofMessage ? query.message() : query.endpoint();
    HistoryScan.Source<AttemptRow> source =
        new HistoryScan.Source<>(
            tail.find(
                ofMessage ? BY_MESSAGE : BY_ENDPOINT,
                key,
                query.page().after(),
                query.page().before()),
            tail.indexed(),
            ofMessage ? INDEXED_BY_MESSAGE : INDEXED_BY_ENDPOINT,
            key,
            BY_IDS,
            row -> row.getLong(ofMessage ? 2 : 4) == key ? attempt(row) : null);
    return new HistoryScan<>(source, query.page(), row -> matches(reader, query, row)).run(reader);
  }

  private static boolean matches(Reader reader, AttemptQuery query, AttemptRow row)
      throws SQLException {
    AttemptFilter filter = query.filter();
    if ((query.endpoint() != 0 && row.endpoint() != query.endpoint()) || !filter.matches(row)) {
      return false;
    }
    if (!filter.asksForMessage()) {
      return true;
    }
    MessageRow message = MessageReads.listed(reader, row.message());
    return message != null && filter.messages().matches(message);
  }

  static AttemptRow attempt(ResultSet row) throws SQLException {
    return AttemptRow.of(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4))
        .kind(KINDS[row.getInt(5)])
        .state(STATES[row.getInt(6)])
        .spent(row.getInt(7))
        .status(row.getInt(8))
        .error(row.getString(9))
        .timings(
            new Timings(
                row.getInt(10), row.getInt(11), row.getInt(12), row.getInt(13), row.getInt(14)))
        .excerpt(Values.bytes(row.getBytes(15)))
        .nextDue(row.getLong(16))
        .build();
  }
}
