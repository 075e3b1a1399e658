package dev.posthorn.internal.postgresql.store;

import dev.posthorn.internal.postgresql.connection.Sessions;
import dev.posthorn.internal.postgresql.lease.NodeLease;
import dev.posthorn.internal.postgresql.retention.Upkeep;
import dev.posthorn.internal.postgresql.settings.SettingsLogTable;
import dev.posthorn.internal.postgresql.sql.IdFloor;
import dev.posthorn.internal.postgresql.sql.Query;
import dev.posthorn.spi.runtime.Owner;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.Lease;
import dev.posthorn.spi.store.RebalanceListener;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.StoreStats;
import dev.posthorn.spi.store.reads.Reads;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** The store in a PostgreSQL database. */
public final class DatabaseStore extends DatabaseReads implements Store {
  /** A node of an older version does not tell: nothing is settled beside it. */
  private static final String SETTLED =
      "SELECT coalesce(min(coalesce(h.settled, 0)), 9223372036854775807)"
          + " FROM posthorn.heartbeat h WHERE h.node <> ?";

  private final Sessions sessions;
  private final NodeLease lease;
  private final Reads forWriter;
  private final BatchTables tables;
  private final Upkeep upkeep;
  private final SchemaSize size;
  private final HandoffHints hints;

  /** The id up to which those of this process are settled. Changed by the writer. */
  private final AtomicLong settled;

  /** The highest id that a batch carried since the store was opened. Owned by the writer. */
  private long floor;

  /**
   * Creates a store on the connections to a database that has the schema.
   *
   * @param lease the right of this process to deliver; closed after the connections
   */
  public DatabaseStore(Sessions sessions, NodeLease lease) {
    super(sessions.forEngine());
    this.sessions = sessions;
    this.lease = lease;
    this.settled = new AtomicLong(lease.slot().after());
    this.forWriter = new DatabaseReads(sessions.forWriter());
    this.tables = new BatchTables(sessions.writer(), lease, this::partitionOf);
    this.upkeep = new Upkeep(sessions.writer(), lease);
    this.size = new SchemaSize(sessions.forLists(Owner.NOBODY), System::nanoTime);
    this.hints = new HandoffHints(sessions, lease::owns, System::nanoTime);
    upkeep.begin();
  }

  @Override
  public Lease lease() {
    return lease;
  }

  @Override
  public int partitions() {
    return PARTITIONS;
  }

  @Override
  public Set<Integer> subscribe(RebalanceListener listener) {
    return lease.subscribe(listener);
  }

  @Override
  public void leave() {
    lease.leave();
  }

  @Override
  public void abandon() {
    lease.abandon();
  }

  @Override
  public void commit(Batch batch) {
    lease.attend();
    if (batch.epoch != lease.epoch()) {
      throw new StoreException(
          StoreException.Reason.LOST,
          "Another process has taken over the partitions since the batch was begun; prepare it"
              + " again",
          null);
    }
    try {
      tables.write(batch, floor);
    } catch (StoreException e) {
      joinAgain(e);
      if (e.reason() != StoreException.Reason.STALE || !isWritten(batch)) {
        throw e;
      }
    }
    lease.released(batch.releases);
    floor = Math.max(floor, batch.idFloor);
    settle(batch.idFloor);
    upkeep.note(batch);
    hints.give(batch);
  }

  @Override
  public void onHandoff(Runnable hint) {
    if (lease.isShared()) {
      hints.take(hint);
    }
  }

  /**
   * Joins again, if another process has taken over. If that fails, it is tried before the next
   * batch: the result of this one must be known as it is.
   */
  private void joinAgain(StoreException result) {
    try {
      lease.attend();
    } catch (StoreException e) {
      result.addSuppressed(e);
    }
  }

  /** Returns whether an earlier try has committed a batch, so that it advanced the version. */
  private boolean isWritten(Batch batch) {
    return !batch.replicated().isEmpty()
        && sessions.forWriter().read(session -> SettingsLogTable.has(session, batch));
  }

  @Override
  public boolean isShared() {
    return true;
  }

  @Override
  public boolean upkeep(long keepFrom, long nowMillis) {
    lease.attend();
    try {
      return upkeep.run(keepFrom, nowMillis);
    } catch (StoreException e) {
      joinAgain(e);
      if (e.reason() == StoreException.Reason.LOST) {
        return false;
      }
      throw e;
    }
  }

  @Override
  public long idFloor() {
    return sessions.forWriter().ofOneStatement().read(IdFloor::read);
  }

  @Override
  public void settle(long id) {
    lease.publish(settled.accumulateAndGet(id, Math::max));
  }

  @Override
  public long settledId(long application) {
    long own = settled.get(); // first: who joins later goes on after what was committed by now
    long others =
        sessions
            .forLists(new Owner(application, ""))
            .ofOneStatement()
            .read(
                session ->
                    Query.list(session, row -> row.getLong(1), SETTLED, lease.node()).getFirst());
    return Math.min(own, others);
  }

  @Override
  public Reads forWriter() {
    return forWriter;
  }

  @Override
  public Reads forLists(long application) {
    return new DatabaseReads(sessions.forLists(new Owner(application, "")));
  }

  @Override
  public void backup(Path target) {
    throw new UnsupportedOperationException(
        "A store on PostgreSQL is backed up with PostgreSQL's own tools: pg_dump for a copy, or"
            + " pg_basebackup with WAL archiving for recovery up to any time");
  }

  @Override
  public StoreStats stats() {
    long bytes = size.bytes();
    if (bytes < 0) {
      throw new StoreException(
          StoreException.Reason.IO, "The database has not told its size so far; ask later", null);
    }
    return new StoreStats(bytes, 0, 0);
  }

  @Override
  public void close() {
    try {
      sessions.close();
    } finally {
      lease.close();
    }
  }
}
