package dev.posthorn.internal.postgresql.store;

import dev.posthorn.internal.postgresql.connection.Errors;
import dev.posthorn.internal.postgresql.connection.Writer;
import dev.posthorn.internal.postgresql.history.HistoryTables;
import dev.posthorn.internal.postgresql.live.DedupeTable;
import dev.posthorn.internal.postgresql.live.LiveTables;
import dev.posthorn.internal.postgresql.retention.PayloadRetention;
import dev.posthorn.internal.postgresql.settings.SettingTables;
import dev.posthorn.internal.postgresql.settings.SettingsLogTable;
import dev.posthorn.internal.postgresql.sql.Pipeline;
import dev.posthorn.internal.postgresql.sql.RowArrays;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.StoreException;
import java.util.List;
import java.util.function.LongToIntFunction;

/**
 * Writes batches: settings one after another, everything else with one statement for each list, for
 * all partitions together, in one round trip.
 */
final class BatchTables {
  private static final String ADD_FLOOR =
      "INSERT INTO posthorn.id_floor(id) SELECT * FROM unnest(?::bigint[])";

  private BatchTables() {}

  /**
   * Writes and commits a batch.
   *
   * @param floor the highest id that a batch carried before
   * @param partitionOf returns the partition of an application
   */
  static void write(Writer writer, Batch batch, long floor, LongToIntFunction partitionOf) {
    try {
      write(writer, batch, pipeline(batch, floor, false), partitionOf);
    } catch (StoreException e) {
      if (!Errors.isOfDuplicate(e)) {
        throw e;
      }
      // It was committed before, with an unknown result: inserts that expect it cost more.
      write(writer, batch, pipeline(batch, floor, true), partitionOf);
    }
  }

  private static void write(
      Writer writer, Batch batch, Pipeline pipeline, LongToIntFunction partitionOf) {
    Writer.Condition version = SettingsLogTable.version(batch);
    if (batch.settings.isEmpty()) {
      writer.transact(version, pipeline);
      return;
    }
    var unused =
        writer.transact(
            version,
            session -> {
              SettingsLogTable.append(session, batch);
              SettingTables.apply(session, batch.settings, partitionOf);
              pipeline.run(session);
              return true;
            });
  }

  private static Pipeline pipeline(Batch batch, long floor, boolean again) {
    Pipeline pipeline = new Pipeline(again);
    LiveTables.remove(pipeline, batch);
    HistoryTables.addMessages(pipeline, batch);
    LiveTables.put(pipeline, batch);
    HistoryTables.addAttempts(pipeline, batch);
    DedupeTable.put(pipeline, batch.dedupe);
    HistoryTables.expunge(pipeline, batch);
    PayloadRetention.put(pipeline, batch);
    if (batch.idFloor > floor) {
      pipeline.insert(ADD_FLOOR, new RowArrays<>(List.of(batch.idFloor)).longs(Long::longValue));
    }
    return pipeline;
  }
}
