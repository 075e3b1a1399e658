package dev.posthorn.internal.postgresql.live;

import dev.posthorn.internal.postgresql.connection.Session;
import dev.posthorn.internal.postgresql.sql.PartitionPages;
import dev.posthorn.internal.postgresql.sql.Pipeline;
import dev.posthorn.internal.postgresql.sql.Query;
import dev.posthorn.internal.postgresql.sql.RowArrays;
import dev.posthorn.internal.rows.Values;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.reads.PartitionRow;
import dev.posthorn.spi.store.rows.HandoffRow;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** Writes and reads what tells the owners of partitions about the work of other processes. */
public final class HandoffTable {
  private static final HandoffRow.Kind[] KINDS = HandoffRow.Kind.values();

  private static final String ADD =
      "INSERT INTO posthorn.handoff(partition, id, kind, subject, place, endpoints) SELECT * FROM"
          + " unnest(?::smallint[], ?::bigint[], ?::smallint[], ?::bigint[], ?::bigint[],"
          + " ?::bytea[])";
  private static final String REMOVE =
      "DELETE FROM posthorn.handoff h USING unnest(?::smallint[], ?::bigint[])"
          + " AS gone(partition, id) WHERE h.partition = gone.partition AND h.id = gone.id";
  private static final String FIRST =
      "SELECT h.id, h.kind, h.subject, h.place, h.endpoints, h.partition FROM posthorn.handoff h"
          + " WHERE h.partition = ANY (?) ORDER BY h.partition, h.id LIMIT ?";

  // Whoever commits a batch again waits here for the first try, if that is still under way.
  private static final String MARK =
      " ON CONFLICT (slot) DO UPDATE SET mark = excluded.mark WHERE batch_mark.mark"
          + " <> excluded.mark";
  private static final String ADD_MARK =
      "INSERT INTO posthorn.batch_mark(slot, mark)"
          + " SELECT m.slot, m.mark::uuid FROM unnest(?::integer[], ?::text[]) AS m(slot, mark)"
          + MARK;
  private static final String MARK_AGAIN =
      "INSERT INTO posthorn.batch_mark(slot, mark) VALUES (?, ?)" + MARK;

  private HandoffTable() {}

  /** Adds the statements that insert and remove the rows of a batch. */
  public static void put(Pipeline pipeline, Batch batch) {
    pipeline.insert(
        ADD,
        RowArrays.of(batch, part -> part.handoffs)
            .longs(HandoffRow::id)
            .shorts(row -> Values.code(row.kind()))
            .longs(HandoffRow::subject)
            .longs(HandoffRow::position)
            .blobs(row -> Values.ofIds(row.endpoints())));
    pipeline.add(REMOVE, RowArrays.of(batch, part -> part.handoffRemovals).longs(Long::longValue));
  }

  /** Adds the statement that makes a batch known, if it must be recognized. */
  public static void mark(Pipeline pipeline, Batch batch, int slot) {
    List<Batch> marked = batch.hasHandoffs() ? List.of(batch) : List.of();
    pipeline.add(ADD_MARK, new RowArrays<>(marked).ints(b -> slot).texts(b -> b.mark().toString()));
  }

  /** Makes a batch known that may be on disk; returns false if it is. */
  public static boolean markAgain(Session session, Batch batch, int slot) throws SQLException {
    return Query.update(session, MARK_AGAIN, slot, batch.mark()) == 1;
  }

  /** Returns the first rows of some partitions. */
  public static List<PartitionRow<HandoffRow>> first(
      Session session, Set<Integer> partitions, int limit) throws SQLException {
    return Query.list(
        session,
        PartitionPages.inPartition(HandoffTable::row),
        FIRST,
        PartitionPages.after(partitions, -1),
        limit);
  }

  private static HandoffRow row(ResultSet row) throws SQLException {
    return new HandoffRow(
        row.getLong(1),
        KINDS[row.getInt(2)],
        row.getLong(3),
        row.getLong(4),
        Values.ids(row.getBytes(5)));
  }
}
