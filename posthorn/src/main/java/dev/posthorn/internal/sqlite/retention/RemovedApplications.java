package dev.posthorn.internal.sqlite.retention;

import dev.posthorn.internal.sqlite.file.Statements;
import dev.posthorn.internal.sqlite.history.ProgressTable;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.rows.SettingChange;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/**
 * Removes the remains of removed applications: their messages with all attempts, one bounded slice
 * at a time.
 *
 * <p>It processes one application after another. Messages that have to stay, because they have
 * waiting deliveries or are not in the indexes yet, are looked for again after a pause; an
 * application without remains is forgotten.
 */
public final class RemovedApplications {
  private static final long SHORTEST_PAUSE_MILLIS = 2_000;
  private static final long LONGEST_PAUSE_MILLIS = 60_000;
  private static final int PAUSE_TIMES_PASS = 9;
  private static final long NONE = Long.MIN_VALUE;

  private final ProgressTable progress;
  private final EarlyRemoval removal;
  private final PreparedStatement put;
  private final PreparedStatement forget;
  private final PreparedStatement select;
  private final PreparedStatement last;

  // The position of the work. A rollback need not restore it: the next pass finds what stayed.
  private long application = NONE;
  private long lastMessage = Long.MIN_VALUE;
  private boolean leftovers;
  private long passBegan;
  private long nextPass;

  public RemovedApplications(Statements statements, ProgressTable progress, EarlyRemoval removal)
      throws SQLException {
    this.progress = progress;
    this.removal = removal;
    put =
        statements.get(
            "INSERT INTO removed_application(id, up_to) VALUES (?, ?)"
                + " ON CONFLICT DO UPDATE SET up_to = excluded.up_to");
    forget = statements.get("DELETE FROM removed_application WHERE id = ?");
    select =
        statements.get(
            "SELECT id FROM removed_application WHERE id > ?"
                + " AND id NOT IN (SELECT id FROM application) ORDER BY id LIMIT 1");
    last = statements.get("SELECT max(up_to) FROM removed_application");
  }

  /** Records the applications that a batch removes. */
  public void note(Batch batch) throws SQLException {
    for (SettingChange change : batch.settings) {
      if (change instanceof SettingChange.RemoveApplication(long id)) {
        put(id, batch.idFloor);
        nextPass = 0;
      }
    }
  }

  private void put(long id, long upTo) throws SQLException {
    put.setLong(1, id);
    put.setLong(2, upTo);
    put.executeUpdate();
  }

  /**
   * Returns the id from which on nothing has to be in the indexes for this; the smallest id if
   * nothing has to be.
   */
  public long indexFrom() throws SQLException {
    try (ResultSet row = last.executeQuery()) {
      long upTo = row.next() ? row.getLong(1) : 0;
      return upTo == 0 ? Long.MIN_VALUE : upTo + 1;
    }
  }

  /**
   * Removes a slice in the current transaction.
   *
   * @param settled whether all rows that had to be in the indexes are there
   * @param limit the maximum number of messages to examine
   * @return whether there is more to do immediately
   */
  public boolean slice(long now, EarlyRemoval.Tails tails, boolean settled, int limit)
      throws SQLException {
    // The clock may have been set back.
    if (now < nextPass && nextPass - now <= LONGEST_PAUSE_MILLIS) {
      return false;
    }
    if (lastMessage == Long.MIN_VALUE && !begin(now)) {
      return false;
    }
    if (!settled) {
      return true;
    }
    List<EarlyRemoval.Message> page =
        removal.messages(application, lastMessage, tails.messages().indexed(), limit);
    EarlyRemoval.Message stoppedAt = removal.remove(page, tails, limit);
    if (stoppedAt != null) {
      lastMessage = stoppedAt.id() - 1;
    } else if (page.size() == limit) {
      lastMessage = page.getLast().id();
    } else {
      end(tails);
    }
    return true;
  }

  /** Starts the next application; returns whether there is one. */
  private boolean begin(long now) throws SQLException {
    if (application == NONE) {
      passBegan = now;
      leftovers = false;
    }
    select.setLong(1, application);
    try (ResultSet row = select.executeQuery()) {
      if (row.next()) {
        application = row.getLong(1);
        lastMessage = 0;
        return true;
      }
    }
    application = NONE;
    if (leftovers) {
      nextPass =
          now
              + Math.clamp(
                  PAUSE_TIMES_PASS * (now - passBegan),
                  SHORTEST_PAUSE_MILLIS,
                  LONGEST_PAUSE_MILLIS);
    }
    return false;
  }

  /** Ends the pass through an application. */
  private void end(EarlyRemoval.Tails tails) throws SQLException {
    boolean isLeft =
        !removal.messages(application, 0, Long.MAX_VALUE, 1).isEmpty()
            || tails.messages().find(0, application, Long.MIN_VALUE, Long.MAX_VALUE).length > 0;
    if (isLeft) {
      put(application, progress.next().idFloor());
      leftovers = true;
    } else {
      forget.setLong(1, application);
      forget.executeUpdate();
    }
    lastMessage = Long.MIN_VALUE;
  }
}
