package dev.posthorn.internal.postgresql.retention;

import dev.posthorn.internal.postgresql.connection.Session;
import dev.posthorn.internal.postgresql.connection.Writer;
import dev.posthorn.internal.postgresql.lease.NodeLease;
import dev.posthorn.internal.postgresql.live.DedupeTable;
import dev.posthorn.internal.postgresql.sql.IdFloor;
import dev.posthorn.internal.postgresql.sql.Query;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.PartitionBatch;
import dev.posthorn.spi.store.rows.DedupeRow;
import dev.posthorn.spi.store.rows.SettingChange;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Upkeep of the store: counts attempts, and removes expired rows, in bounded slices. It knows in
 * memory whether there is something to do, so a call with nothing to do reads nothing. Owned by the
 * writer.
 *
 * <p>Its transactions may be undone by a crash of the database server, and are done again then:
 * after each change of connection, it assumes nothing.
 */
public final class Upkeep {
  /** Number of messages or payloads that one transaction examines: some milliseconds. */
  private static final int SLICE = 250;

  /** Number of messages per call that the general retention removes, if there are as many. */
  private static final int RETAINED = 500;

  private static final int RETAINED_AT_MOST = 1_000;

  private static final int DEDUPE_ROWS = 500;
  private static final int FLOORS = 1_000;
  private static final int FLOOR_ROWS = 10_000;

  /** The time between two looks for rows that others have added. */
  private static final long OTHERS_MILLIS = 10_000;

  /** The time by which a clock of others may be behind: what they add may be due already. */
  private static final long BEHIND_MILLIS = 60_000;

  private static final long UNKNOWN = Long.MIN_VALUE;

  private static final String NOW = "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint";

  // From an id on: before it, there may be many dead rows that cannot be removed yet.
  private static final String END_OF_FLOORS =
      "SELECT coalesce(max(f.id), 0) FROM (SELECT id FROM posthorn.id_floor"
          + " WHERE id >= ? AND id < ? ORDER BY id LIMIT ?) AS f";
  private static final String REMOVE_FLOORS =
      "DELETE FROM posthorn.id_floor WHERE id >= ? AND id <= ?";

  private final Writer writer;
  private final NodeLease lease;
  private final HourUpkeep hours;
  private final PayloadRetention payloads;
  private final EnvironmentRetention environments;
  private final RemovedApplications removedApplications;
  private final HistoryRetention history;
  private final Segments segments;
  private final SettingsLogRetention settingsLog = new SettingsLogRetention();

  private @Nullable Connection connection;

  /** The assignments that memory is about. */
  private long assignments;

  /** No key expires before this time. */
  private long nextExpiry = UNKNOWN;

  /** The number of rows of {@code id_floor} that came since the last were removed, or more. */
  private int floors = FLOORS;

  /** The time at which to look for rows of others there. */
  private long nextFloors = UNKNOWN;

  /** No smaller id is in {@code id_floor}. */
  private long floor = UNKNOWN;

  /** The time of the last look for rows that others have added. */
  private long lookedAt = UNKNOWN;

  /** Rows since the last call, which set its pace. */
  private int arrived;

  /**
   * Creates the upkeep of the partitions that a process owns. What belongs to no partition, or to
   * all, is up to the owner of the first one.
   */
  public Upkeep(Writer writer, NodeLease lease) {
    this.writer = writer;
    this.lease = lease;
    Owned owned = new Owned(lease);
    hours = new HourUpkeep(owned);
    MessageRemoval removal = new MessageRemoval(hours);
    EarlyRemoval early = new EarlyRemoval(removal);
    payloads = new PayloadRetention(owned);
    environments = new EnvironmentRetention(early, owned);
    removedApplications = new RemovedApplications(early, owned);
    history = new HistoryRetention(removal, owned);
    segments = new Segments(writer, NodeLease.PARTITIONS);
  }

  /** Creates the tables for what will be written next, as far as possible. */
  public void begin() {
    long[] now = new long[1];
    transact(session -> now[0] = Query.list(session, row -> row.getLong(1), NOW).getFirst());
    segments.create(now[0]);
  }

  /** Notes a batch that was committed. */
  public void note(Batch batch) {
    hours.note(batch);
    payloads.note(batch);
    removedApplications.note(batch);
    history.note(batch);
    for (DedupeRow row : batch.dedupe) {
      nextExpiry = Math.min(nextExpiry, row.expires());
    }
    for (SettingChange change : batch.settings) {
      if (change instanceof SettingChange.PutEnvironment) {
        environments.hurry();
      }
    }
    for (PartitionBatch part : batch.partitions()) {
      arrived += Math.max(part.messages.size(), part.attempts.size());
    }
    floors++;
  }

  private void forget() {
    hours.forget();
    payloads.forget();
    environments.forget();
    removedApplications.forget();
    history.forget();
    segments.forget();
    settingsLog.forget();
    nextExpiry = UNKNOWN;
    floors = FLOORS;
    floor = UNKNOWN;
  }

  /** Does a slice; see {@link dev.posthorn.spi.store.Store#upkeep}. */
  public boolean run(long keepFrom, long now) {
    try {
      boolean more = runSlices(keepFrom, now);
      arrived = 0;
      return more;
    } catch (Throwable e) {
      forget();
      throw e;
    }
  }

  private boolean runSlices(long keepFrom, long now) {
    if (lease.assignments() != assignments) {
      assignments = lease.assignments();
      forget();
    }
    if (first()) {
      segments.create(now);
    }
    lookForOthers(now);
    boolean more = false;
    if (hours.isDue(keepFrom, now)) {
      transact(session -> hours.slice(session, keepFrom, now));
      more = hours.isDue(keepFrom, now);
    }
    if (isSmallDue(keepFrom, now)) {
      transact(session -> small(session, keepFrom, now));
      more |= isSmallDue(keepFrom, now);
    }
    more |= removeEarly(now);
    if (first() && hours.isCountedBelow(keepFrom)) {
      more |= segments.drop(keepFrom, now);
    }
    return retain(segments.removableBelow(keepFrom)) || more;
  }

  /** Assumes, from time to time, that others have added rows since the last look. */
  private void lookForOthers(long now) {
    if (lookedAt == UNKNOWN || now < lookedAt) {
      lookedAt = now;
    }
    if (now - lookedAt >= OTHERS_MILLIS) {
      long since = lookedAt - BEHIND_MILLIS;
      nextExpiry = Math.min(nextExpiry, since);
      payloads.lookFrom(since);
      removedApplications.look();
      lookedAt = now;
    }
  }

  /** Returns whether payloads, keys, hours, settings or floors are to be removed. */
  private boolean isSmallDue(long keepFrom, long now) {
    return payloads.isDue(now)
        || hours.hasExpired(keepFrom)
        || (first() && (nextExpiry <= now || settingsLog.isDue(now) || floorsAreDue(now)));
  }

  private boolean floorsAreDue(long now) {
    return floors >= FLOORS || nextFloors <= now;
  }

  /** Returns whether this process does the upkeep of what belongs to no partition. */
  private boolean first() {
    return lease.owns(0);
  }

  private void small(Session session, long keepFrom, long now) throws SQLException {
    if (payloads.isDue(now)) {
      payloads.slice(session, now, SLICE);
    }
    if (nextExpiry <= now && first()) {
      nextExpiry = DedupeTable.expire(session, nextExpiry, now, DEDUPE_ROWS);
    }
    if (hours.hasExpired(keepFrom)) {
      hours.expire(session, keepFrom);
    }
    if (first() && settingsLog.isDue(now)) {
      settingsLog.slice(session, now);
    }
    if (first() && floorsAreDue(now)) {
      removeFloors(session, now);
    }
  }

  /** Removes all but the last floor, as many as a transaction may. */
  private void removeFloors(Session session, long now) throws SQLException {
    long last = IdFloor.read(session);
    long end =
        Query.list(session, row -> row.getLong(1), END_OF_FLOORS, floor, last, FLOOR_ROWS)
            .getFirst();
    int removed = end == 0 ? 0 : Query.update(session, REMOVE_FLOORS, floor, end);
    if (removed < FLOOR_ROWS) {
      floor = last;
      floors = 0;
      nextFloors = now + OTHERS_MILLIS;
    } else {
      floor = end;
    }
  }

  /** Removes messages that go before the general retention; returns whether there are more. */
  private boolean removeEarly(long now) {
    boolean[] more = new boolean[1];
    if (environments.isDue(now)) {
      transact(session -> more[0] |= environments.slice(session, now, SLICE));
    }
    if (removedApplications.isDue(now)) {
      transact(session -> more[0] |= removedApplications.slice(session, now, SLICE));
    }
    return more[0];
  }

  /**
   * Removes rows that are past their retention, one transaction after another, a quarter more than
   * arrived if there are as many.
   */
  private boolean retain(long end) {
    int left = Math.clamp(5 * arrived / 4, RETAINED, RETAINED_AT_MOST);
    while (left > 0 && history.isDue(end)) {
      transact(session -> history.slice(session, end, SLICE));
      left -= SLICE;
    }
    return history.isDue(end);
  }

  private interface Work {
    void run(Session session) throws SQLException;
  }

  @SuppressWarnings("ReferenceEquality") // a connection is itself
  private void transact(Work work) {
    writer.transactLazily(
        session -> {
          if (session.connection() != connection) {
            // What was done on the last one may be undone, or this is a second try.
            forget();
            connection = session.connection();
          }
          work.run(session);
          return true;
        });
  }
}
