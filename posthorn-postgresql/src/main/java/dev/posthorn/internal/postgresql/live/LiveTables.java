package dev.posthorn.internal.postgresql.live;

import dev.posthorn.AttemptKind;
import dev.posthorn.internal.postgresql.sql.Pipeline;
import dev.posthorn.internal.postgresql.sql.RowArrays;
import dev.posthorn.internal.rows.Values;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.StoreException;
import dev.posthorn.spi.store.StoreException.Reason;
import dev.posthorn.spi.store.rows.LiveRow;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes waiting deliveries: the tables {@code hot} and {@code parked}. */
public final class LiveTables {
  private static final String REMOVE_HOT =
      "DELETE FROM posthorn.hot h USING unnest(?::smallint[], ?::bigint[]) AS gone(partition, id)"
          + " WHERE h.partition = gone.partition AND h.id = gone.id";
  private static final String REMOVE_PARKED =
      "DELETE FROM posthorn.parked p USING"
          + " unnest(?::smallint[], ?::bigint[], ?::bigint[], ?::bigint[])"
          + " AS gone(partition, endpoint, due, id) WHERE p.partition = gone.partition"
          + " AND p.endpoint = gone.endpoint AND p.due = gone.due AND p.id = gone.id";
  private static final String ADD_HOT =
      "INSERT INTO posthorn.hot(partition, id, endpoint, message, due, deadline) SELECT * FROM"
          + " unnest(?::smallint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[],"
          + " ?::bigint[])";
  private static final String ADD_PARKED =
      "INSERT INTO posthorn.parked(partition, endpoint, due, id, message, not_before, attempts,"
          + " deadline, kind) SELECT * FROM unnest(?::smallint[], ?::bigint[], ?::bigint[],"
          + " ?::bigint[], ?::bigint[], ?::bigint[], ?::integer[], ?::bigint[], ?::smallint[])";
  private static final String PUT_PARKED =
      ADD_PARKED
          + " ON CONFLICT (partition, endpoint, due, id) DO UPDATE SET message = excluded.message,"
          + " not_before = excluded.not_before, attempts = excluded.attempts,"
          + " deadline = excluded.deadline, kind = excluded.kind";

  private LiveTables() {}

  /** Adds the statements that remove the rows that a batch ends. */
  public static void remove(Pipeline pipeline, Batch batch) {
    pipeline.add(REMOVE_HOT, RowArrays.of(batch, part -> part.hotRemovals).longs(LiveRow::id));
    pipeline.add(REMOVE_PARKED, withKey(RowArrays.of(batch, part -> part.parkedRemovals)));
  }

  /**
   * Adds the statements that insert the rows of a batch, or replace those of {@code parked}.
   *
   * @param first whether rows with the same keys are not expected: they fail the batch. To expect
   *     them costs a fifth more
   */
  public static void put(Pipeline pipeline, Batch batch, boolean first) {
    RowArrays<LiveRow> hot = RowArrays.of(batch, part -> part.hot);
    hot.rows().forEach(LiveTables::checkHot);
    pipeline.insert(
        ADD_HOT,
        hot.longs(LiveRow::id)
            .longs(LiveRow::endpoint)
            .longs(LiveRow::message)
            .longs(LiveRow::due)
            .longs(LiveRow::deadline));
    pipeline.add(
        first ? ADD_PARKED : PUT_PARKED,
        withKey(RowArrays.of(batch, part -> distinct(part.parked)))
            .longs(LiveRow::message)
            .longs(LiveRow::notBefore)
            .ints(LiveRow::attempts)
            .longs(LiveRow::deadline)
            .shorts(row -> Values.code(row.kind())));
  }

  private static RowArrays<LiveRow> withKey(RowArrays<LiveRow> rows) {
    return rows.longs(LiveRow::endpoint).longs(LiveRow::due).longs(LiveRow::id);
  }

  private record Key(long endpoint, long due, long id) {}

  /** Returns the last row with each key: one statement cannot replace a row twice. */
  private static Collection<LiveRow> distinct(List<LiveRow> rows) {
    if (rows.size() < 2) {
      return rows;
    }
    Map<Key, LiveRow> last = new LinkedHashMap<>();
    for (LiveRow row : rows) {
      last.put(new Key(row.endpoint(), row.due(), row.id()), row);
    }
    return last.values();
  }

  /**
   * Checks that a row fits into {@code hot}, which has no columns for values that are always the
   * same.
   */
  private static void checkHot(LiveRow row) {
    if (row.attempts() != 0
        || row.notBefore() != 0
        || row.kind() != AttemptKind.SCHEDULED
        || row.id() <= row.message()) {
      throw new StoreException(
          Reason.REJECTED,
          row
              + " cannot be hot: it has attempts, an earliest time or another kind, or its"
              + " id is not above its message's; park it",
          null);
    }
  }
}
