package dev.posthorn.internal.postgresql.store;

import dev.posthorn.internal.postgresql.connection.Errors;
import dev.posthorn.internal.postgresql.connection.Session;
import dev.posthorn.internal.postgresql.connection.Writer;
import dev.posthorn.internal.postgresql.history.HistoryTables;
import dev.posthorn.internal.postgresql.lease.NodeLease;
import dev.posthorn.internal.postgresql.live.DedupeTable;
import dev.posthorn.internal.postgresql.live.HandoffTable;
import dev.posthorn.internal.postgresql.live.LiveTables;
import dev.posthorn.internal.postgresql.retention.PayloadRetention;
import dev.posthorn.internal.postgresql.settings.SettingTables;
import dev.posthorn.internal.postgresql.settings.SettingsLogTable;
import dev.posthorn.internal.postgresql.sql.Pipeline;
import dev.posthorn.internal.postgresql.sql.RowArrays;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.StoreException;
import java.sql.SQLException;
import java.util.List;
import java.util.function.LongToIntFunction;

/**
 * Writes batches: settings one after another, everything else with one statement for each list, for
 * all partitions together, in one round trip.
 */
final class BatchTables {
  private static final String ADD_FLOOR =
      "INSERT INTO posthorn.id_floor(id) SELECT * FROM unnest(?::bigint[]) ON CONFLICT DO NOTHING";

  private static final String RELEASE =
      "UPDATE posthorn.assignment a SET node = NULL, since = clock_timestamp()"
          + " FROM unnest(?::smallint[], ?::bigint[]) AS gone(partition, node)"
          + " WHERE a.partition = gone.partition AND a.node = gone.node";

  private final Writer writer;
  private final NodeLease lease;
  private final LongToIntFunction partitionOf;

  /**
   * Creates the tables of a process.
   *
   * @param lease has the slot by which a batch of the process is recognized, and the node that owns
   *     what the process owns
   * @param partitionOf returns the partition of an application
   */
  BatchTables(Writer writer, NodeLease lease, LongToIntFunction partitionOf) {
    this.writer = writer;
    this.lease = lease;
    this.partitionOf = partitionOf;
  }

  /**
   * Writes and commits a batch.
   *
   * @param floor the highest id that a batch carried before
   */
  void write(Batch batch, long floor) {
    boolean again = batch.noteTry();
    if (again && batch.hasHandoffs()) {
      writeAgain(batch, floor);
      return;
    }
    try {
      writeFirst(batch, floor);
    } catch (StoreException e) {
      if (!Errors.isOfDuplicate(e)) {
        throw e;
      }
      writeAgain(batch, floor);
    }
  }

  /**
   * Writes a batch that is most likely not on disk, whose keys are not used, and whose rows replace
   * none. If that is not so, it fails with a duplicate key.
   */
  private void writeFirst(Batch batch, long floor) {
    Writer.Condition version = SettingsLogTable.version(batch);
    Pipeline pipeline = new Pipeline(false);
    HandoffTable.mark(pipeline, batch, lease.slot().number());
    addRows(pipeline, batch, floor, true);
    DedupeTable.add(pipeline, batch);
    if (batch.settings.isEmpty()) {
      writer.transact(version, pipeline);
      return;
    }
    var unused =
        writer.transact(
            version,
            session -> {
              applySettings(session, batch);
              pipeline.run(session);
              return true;
            });
  }

  /**
   * Writes a batch that may be on disk since an earlier try, whose keys may be used, or whose rows
   * may replace others. One with rows for other owners is recognized; the rows of any other one can
   * be written twice, with inserts that expect that and cost more.
   */
  private void writeAgain(Batch batch, long floor) {
    boolean isRecognized = batch.hasHandoffs();
    int slot = lease.slot().number();
    Pipeline pipeline = new Pipeline(!isRecognized);
    addRows(pipeline, batch, floor, false);
    var unused =
        writer.transact(
            SettingsLogTable.version(batch),
            session -> {
              if (isRecognized && !HandoffTable.markAgain(session, batch, slot)) {
                return false;
              }
              applySettings(session, batch);
              if (!DedupeTable.put(session, batch)) {
                throw new StoreException(
                    StoreException.Reason.STALE,
                    "Another process has used a key of the batch; prepare it again",
                    null);
              }
              pipeline.run(session);
              return true;
            });
  }

  private void applySettings(Session session, Batch batch) throws SQLException {
    if (!batch.settings.isEmpty()) {
      SettingsLogTable.append(session, batch);
      SettingTables.apply(session, batch.settings, partitionOf);
    }
  }

  private void addRows(Pipeline pipeline, Batch batch, long floor, boolean first) {
    LiveTables.remove(pipeline, batch);
    HistoryTables.addMessages(pipeline, batch);
    LiveTables.put(pipeline, batch, first);
    HistoryTables.addAttempts(pipeline, batch);
    HandoffTable.put(pipeline, batch);
    HistoryTables.expunge(pipeline, batch);
    PayloadRetention.put(pipeline, batch);
    if (batch.idFloor > floor) {
      pipeline.add(ADD_FLOOR, new RowArrays<>(List.of(batch.idFloor)).longs(Long::longValue));
    }
    long node = lease.node();
    pipeline.add(
        RELEASE,
        new RowArrays<>(List.copyOf(batch.releases))
            .shorts(Integer::intValue)
            .longs(partition -> node));
  }
}
