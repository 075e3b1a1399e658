package dev.posthorn.internal.inbox;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The table of the inbox, as the relay reads and changes it on one connection. */
final class InboxTable {
  /** Numbers of rows that one statement deletes: few statements are prepared, for any number. */
  private static final int[] DELETED_TOGETHER = {500, 100, 10, 1};

  /** The most bytes of large payloads that are read at once; one payload is read in any case. */
  private static final long MOST_LARGE_BYTES = 8L << 20;

  private static final int MOST_PROBLEM_CHARACTERS = 1_000;

  private final RelayConnection connection;
  private final InboxSql sql;

  InboxTable(RelayConnection connection, String table) {
    this.connection = connection;
    this.sql = new InboxSql(table, connection.dialect());
  }

  /**
   * Rows that were read together.
   *
   * @param rows the rows, oldest first
   * @param isFull whether there may be more
   */
  record Rows(List<InboxRow> rows, boolean isFull) {}

  /** Checks that table, columns and privileges are there. */
  void probe() throws SQLException {
    for (String each : sql.probes()) {
      PreparedStatement statement = connection.prepare(each);
      if (each.startsWith("SELECT")) {
        statement.executeQuery().close();
      } else {
        var unused = statement.executeUpdate();
      }
    }
  }

  /**
   * Reads the oldest rows with a greater id that nobody has refused.
   *
   * @param maxPayload larger payloads are not read: nobody accepts them
   */
  Rows page(long afterId, int limit, int maxPayload) throws SQLException {
    PreparedStatement select = connection.prepare(sql.page(limit));
    select.setLong(1, afterId);
    return rows(select, limit, maxPayload);
  }

  /** Reads rows that are to be tried again by now. */
  Rows due(long now, int limit, int maxPayload) throws SQLException {
    PreparedStatement select = connection.prepare(sql.due(limit));
    select.setLong(1, now);
    return rows(select, limit, maxPayload);
  }

  /** Reads rows that are to be tried again after the latest time at which one may have to be. */
  Rows dueTooLate(long latest, int limit, int maxPayload) throws SQLException {
    PreparedStatement select = connection.prepare(sql.dueTooLate(limit));
    select.setLong(1, latest);
    return rows(select, limit, maxPayload);
  }

  private Rows rows(PreparedStatement select, int limit, int maxPayload) throws SQLException {
    List<InboxRow> rows = new ArrayList<>();
    try (ResultSet results = select.executeQuery()) {
      while (results.next()) {
        rows.add(InboxRow.read(results));
      }
    }
    boolean isFull = rows.size() >= limit;
    int whole = withPayloads(rows, maxPayload);
    return whole == rows.size() ? new Rows(rows, isFull) : new Rows(rows.subList(0, whole), true);
  }

  /** Reads large payloads, one by one; returns the number of rows for which there was room. */
  private int withPayloads(List<InboxRow> rows, int maxPayload) throws SQLException {
    long room = MOST_LARGE_BYTES;
    for (int i = 0; i < rows.size(); i++) {
      InboxRow row = rows.get(i);
      long size = row.content().payload().size();
      if (row.lacksPayload() && size <= maxPayload) {
        if (size > room && room < MOST_LARGE_BYTES) {
          return i;
        }
        room -= size;
        byte[] payload = payload(row.id());
        if (payload != null) { // else another relay was faster
          rows.set(i, row.withPayload(payload));
        }
      }
    }
    return rows.size();
  }

  private byte @Nullable [] payload(long id) throws SQLException {
    PreparedStatement select = connection.prepare(sql.payload());
    select.setLong(1, id);
    try (ResultSet results = select.executeQuery()) {
      return results.next() ? results.getBytes(1) : null;
    }
  }

  /** Deletes rows by their message ids. Those that are gone already do not matter. */
  void delete(List<String> messageIds) throws SQLException {
    int done = 0;
    while (done < messageIds.size()) {
      int together = together(messageIds.size() - done);
      PreparedStatement delete = connection.prepare(sql.delete(together));
      for (int i = 0; i < together; i++) {
        delete.setString(i + 1, messageIds.get(done + i));
      }
      var unused = delete.executeUpdate();
      done += together;
    }
  }

  private static int together(int left) {
    for (int each : DELETED_TOGETHER) {
      if (each <= left) {
        return each;
      }
    }
    return 1;
  }

  /**
   * Notes that a row was refused.
   *
   * @param retryAt the time of the next try, or null for none
   */
  void refuse(String messageId, @Nullable Long retryAt, int tries, String problem)
      throws SQLException {
    PreparedStatement update = connection.prepare(sql.refuse());
    if (retryAt == null) {
      update.setNull(1, Types.BIGINT);
    } else {
      update.setLong(1, retryAt);
    }
    update.setInt(2, tries);
    update.setString(3, cut(problem));
    update.setString(4, messageId);
    var unused = update.executeUpdate();
  }

  private static String cut(String problem) {
    return problem.length() <= MOST_PROBLEM_CHARACTERS
        ? problem
        : problem.substring(0, MOST_PROBLEM_CHARACTERS);
  }

  long countRejected() throws SQLException {
    try (ResultSet results = connection.prepare(sql.countRejected()).executeQuery()) {
      return results.next() ? results.getLong(1) : 0;
    }
  }

  /** Marks all rejected rows to be tried again; returns their number. */
  int retryRejected() throws SQLException {
    return connection.prepare(sql.retryRejected()).executeUpdate();
  }
}
