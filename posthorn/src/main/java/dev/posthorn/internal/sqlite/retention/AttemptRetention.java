package dev.posthorn.internal.sqlite.retention;

import dev.posthorn.internal.sqlite.file.Run;
import dev.posthorn.internal.sqlite.file.Statements;
import dev.posthorn.internal.sqlite.file.TransactionAware;
import dev.posthorn.internal.sqlite.history.Progress;
import dev.posthorn.internal.sqlite.history.ProgressTable;
import dev.posthorn.internal.sqlite.history.Removals;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Removes attempts that are past their retention, one slice per step.
 *
 * <p>The index rows of different endpoints are far apart. So attempts are first collected at the
 * edge until there are many; then their rows in that index are removed sorted by endpoint, and the
 * attempts themselves last. Whenever the process ends, the remaining rows are still found from the
 * edge, which moves only after that.
 */
public final class AttemptRetention implements TransactionAware {
  private static final int RUN = 65_536;

  private final ProgressTable progress;
  private final Removals removals;
  private final PreparedStatement select;
  private final PreparedStatement selectOfMessage;
  private final PreparedStatement deleteAttempt;
  private final PreparedStatement deleteByMessage;
  private final PreparedStatement deleteByEndpoint;

  private State state;
  private State next;
  private long[] ids = {};
  private long[] messages = {};
  private long[] endpoints = {};
  private Run.@Nullable Sorted byEndpoint;

  private enum Phase {
    COLLECT,
    REMOVE_INDEX_ROWS,
    REMOVE_ATTEMPTS
  }

  /**
   * State of the work.
   *
   * @param phase the current phase
   * @param scanned the id up to which attempts were examined
   * @param size the number of collected attempts
   * @param row the number of them done in this phase
   */
  private record State(Phase phase, long scanned, int size, int row) {}

  public AttemptRetention(Statements statements, ProgressTable progress, Removals removals)
      throws SQLException {
    this.progress = progress;
    this.removals = removals;
    select =
        statements.get(
            "SELECT a.id, a.message, a.endpoint, EXISTS (SELECT 1 FROM message WHERE id = a.message)"
                + " FROM attempt a WHERE a.id > ? AND a.id <= ? ORDER BY a.id LIMIT ?");
    selectOfMessage =
        statements.get(
            "SELECT a.id, a.endpoint FROM attempt_by_message i CROSS JOIN attempt a"
                + " ON a.id = i.id WHERE i.message = ? AND i.id <= ? ORDER BY i.id LIMIT ?");
    deleteAttempt = statements.get("DELETE FROM attempt WHERE id = ?");
    deleteByMessage = statements.get("DELETE FROM attempt_by_message WHERE message = ? AND id = ?");
    deleteByEndpoint =
        statements.get("DELETE FROM attempt_by_endpoint WHERE endpoint = ? AND id = ?");
    state = new State(Phase.COLLECT, progress.saved().attemptsRetained(), 0, 0);
    next = state;
  }

  /**
   * Processes one slice.
   *
   * @param end the id up to which attempts may be removed
   * @param last whether {@code end} is not about to move on
   * @param limit the maximum number of attempts to process
   * @return whether there is more to do
   */
  boolean slice(long end, boolean last, int limit) throws SQLException {
    switch (next.phase) {
      case COLLECT -> collect(end, last, limit);
      case REMOVE_INDEX_ROWS -> removeIndexRows(limit);
      case REMOVE_ATTEMPTS -> removeAttempts(limit);
    }
    return next.phase != Phase.COLLECT || next.scanned < end || next.size > 0;
  }

  private void collect(long end, boolean last, int limit) throws SQLException {
    if (next.scanned >= end && next.size == 0) {
      return;
    }
    reserve(next.size + limit);
    int size = next.size;
    int seen = 0;
    long id = end;
    select.setLong(1, next.scanned);
    select.setLong(2, end);
    select.setInt(3, limit);
    try (ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        seen++;
        id = rows.getLong(1);
        if (!rows.getBoolean(4)) {
          ids[size] = id;
          messages[size] = rows.getLong(2);
          endpoints[size] = rows.getLong(3);
          size++;
        }
      }
    }
    boolean all = seen < limit;
    long scanned = Math.max(next.scanned, all ? end : id);
    if (size == 0) {
      moveEdge(scanned);
    }
    boolean enough = size > 0 && (size >= RUN || (all && last));
    next = new State(enough ? Phase.REMOVE_INDEX_ROWS : Phase.COLLECT, scanned, size, 0);
  }

  private void reserve(int size) {
    if (size > ids.length) {
      int capacity = Math.max(size, Math.min(ids.length * 2, RUN));
      ids = Arrays.copyOf(ids, capacity);
      messages = Arrays.copyOf(messages, capacity);
      endpoints = Arrays.copyOf(endpoints, capacity);
    }
  }

  private void removeIndexRows(int limit) throws SQLException {
    Run.Sorted rows = byEndpoint;
    if (rows == null) {
      rows = new Run(ids, new long[][] {endpoints}, new byte[next.size], next.size).sortedBy(0);
      byEndpoint = rows;
    }
    int end = Math.min(next.size, next.row + limit);
    for (int i = next.row; i < end; i++) {
      add(deleteByEndpoint, rows.keys()[i], rows.ids()[i]);
    }
    deleteByEndpoint.executeBatch();
    next =
        end == next.size
            ? new State(Phase.REMOVE_ATTEMPTS, next.scanned, next.size, 0)
            : new State(next.phase, next.scanned, next.size, end);
  }

  private void removeAttempts(int limit) throws SQLException {
    int end = Math.min(next.size, next.row + limit);
    for (int i = next.row; i < end; i++) {
      addAttempt(ids[i]);
      add(deleteByMessage, messages[i], ids[i]);
    }
    deleteAttempt.executeBatch();
    deleteByMessage.executeBatch();
    if (end == next.size) {
      moveEdge(next.scanned);
      next = new State(Phase.COLLECT, next.scanned, 0, 0);
    } else {
      moveEdge(ids[end - 1]);
      next = new State(next.phase, next.scanned, next.size, end);
    }
  }

  private void moveEdge(long to) {
    Progress now = progress.next();
    progress.next(now.withRetained(now.messagesRetained(), to));
  }

  private void addAttempt(long id) throws SQLException {
    removals.note();
    deleteAttempt.setLong(1, id);
    deleteAttempt.addBatch();
  }

  private static void add(PreparedStatement delete, long key, long id) throws SQLException {
    delete.setLong(1, key);
    delete.setLong(2, id);
    delete.addBatch();
  }

  /**
   * Removes attempts of one message that were skipped while it was held.
   *
   * @return the number of removed attempts, at most {@code limit}
   */
  int removePassed(long message, int limit) throws SQLException {
    List<Attempt> found = ofMessage(message, next.scanned, limit);
    remove(message, found);
    return found.size();
  }

  /**
   * Removes all attempts of one message, which are in the indexes, if there are at most {@code
   * limit}.
   *
   * @param end the id up to which attempts may be removed; all up to it are in the indexes
   * @param partly whether to remove {@code limit} of them if there are more
   * @return the number of attempts found; more than {@code limit} if there are more
   */
  int removeAll(long message, long end, int limit, boolean partly) throws SQLException {
    List<Attempt> found = ofMessage(message, end, limit + 1);
    if (found.size() <= limit) {
      remove(message, found);
    } else if (partly) {
      remove(message, found.subList(0, limit));
    }
    return found.size();
  }

  private record Attempt(long id, long endpoint) {}

  private List<Attempt> ofMessage(long message, long end, int limit) throws SQLException {
    List<Attempt> found = new ArrayList<>();
    selectOfMessage.setLong(1, message);
    selectOfMessage.setLong(2, end);
    selectOfMessage.setInt(3, limit);
    try (ResultSet rows = selectOfMessage.executeQuery()) {
      while (rows.next()) {
        found.add(new Attempt(rows.getLong(1), rows.getLong(2)));
      }
    }
    return found;
  }

  private void remove(long message, List<Attempt> attempts) throws SQLException {
    for (Attempt attempt : attempts) {
      add(deleteByEndpoint, attempt.endpoint, attempt.id);
      addAttempt(attempt.id);
      add(deleteByMessage, message, attempt.id);
    }
    deleteByEndpoint.executeBatch();
    deleteAttempt.executeBatch();
    deleteByMessage.executeBatch();
  }

  @Override
  public void committed() {
    state = next;
    if (state.size == 0) {
      ids = new long[0];
      messages = new long[0];
      endpoints = new long[0];
      byEndpoint = null;
    }
  }

  @Override
  public void rolledBack() {
    next = state;
    byEndpoint = null;
  }
}
