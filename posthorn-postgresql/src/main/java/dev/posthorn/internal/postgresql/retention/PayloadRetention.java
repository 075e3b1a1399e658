package dev.posthorn.internal.postgresql.retention;

import dev.posthorn.internal.postgresql.connection.Session;
import dev.posthorn.internal.postgresql.sql.Pipeline;
import dev.posthorn.internal.postgresql.sql.Query;
import dev.posthorn.internal.postgresql.sql.RowArrays;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.PartitionBatch;
import dev.posthorn.spi.store.rows.PayloadEnd;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/** Removes payloads that are due, in order of due time, one bounded slice at a time. */
public final class PayloadRetention {
  private static final String PUT =
      "INSERT INTO posthorn.payload_end(partition, due, message) SELECT * FROM"
          + " unnest(?::smallint[], ?::bigint[], ?::bigint[]) ON CONFLICT DO NOTHING";
  // From a time on: before it, there may be many dead rows that cannot be removed yet.
  private static final String DUE =
      "SELECT e.partition, e.due, e.message, coalesce("
          + MessageRemoval.IS_LIVE
          + ", false) FROM posthorn.payload_end e LEFT JOIN posthorn.message m"
          + " ON m.partition = e.partition AND m.id = e.message"
          + " WHERE e.due >= ? AND e.due <= ? AND e.partition = ANY(?::smallint[])"
          + " ORDER BY e.due LIMIT ?";
  private static final String NEXT =
      "SELECT first.due FROM unnest(?::smallint[]) AS own(partition) CROSS JOIN LATERAL"
          + " (SELECT e.due FROM posthorn.payload_end e WHERE e.partition = own.partition"
          + " AND e.due >= ? ORDER BY e.due LIMIT 1) first ORDER BY first.due LIMIT 1";
  private static final String DELETE =
      "DELETE FROM posthorn.payload_end e USING"
          + " unnest(?::smallint[], ?::bigint[], ?::bigint[]) AS gone(partition, due, message)"
          + " WHERE e.partition = gone.partition AND e.due = gone.due"
          + " AND e.message = gone.message";
  private static final String EXPUNGE =
      "UPDATE posthorn.message m SET body = NULL"
          + " FROM unnest(?::smallint[], ?::bigint[]) AS gone(partition, id)"
          + " WHERE m.partition = gone.partition AND m.id = gone.id AND m.body IS NOT NULL";

  private static final long UNKNOWN = Long.MIN_VALUE;

  private final Owned owned;

  /** No payload is due before this time. */
  private long next = UNKNOWN;

  PayloadRetention(Owned owned) {
    this.owned = owned;
  }

  private record Due(int partition, PayloadEnd end, boolean live) {}

  /** Adds the statement that stores the due times of a batch. */
  public static void put(Pipeline pipeline, Batch batch) {
    pipeline.add(
        PUT,
        RowArrays.of(batch, part -> part.payloadEnds)
            .longs(PayloadEnd::due)
            .longs(PayloadEnd::message));
  }

  /** Assumes nothing from now on. */
  void forget() {
    next = UNKNOWN;
  }

  /** Assumes that others have added due times that are not before a time. */
  void lookFrom(long millis) {
    next = Math.min(next, millis);
  }

  /** Notes the due times of a batch. */
  void note(Batch batch) {
    for (PartitionBatch part : batch.partitions()) {
      for (PayloadEnd end : part.payloadEnds) {
        next = Math.min(next, end.due());
      }
    }
  }

  /** Returns whether the next slice may find a payload. */
  boolean isDue(long now) {
    return next <= now;
  }

  /** Removes some payloads that are due; those with waiting deliveries are postponed. */
  void slice(Session session, long now, int limit) throws SQLException {
    List<Due> due =
        Query.list(
            session,
            row ->
                new Due(
                    row.getInt(1),
                    new PayloadEnd(row.getLong(2), row.getLong(3)),
                    row.getBoolean(4)),
            DUE,
            next,
            now,
            owned.numbers(),
            limit);
    List<Due> ended = due.stream().filter(each -> !each.live).toList();
    List<Due> later = due.stream().filter(Due::live).map(each -> again(each, now)).toList();
    update(session, DELETE, ends(due));
    update(
        session,
        EXPUNGE,
        new RowArrays<>(ended).shorts(Due::partition).longs(each -> each.end.message()));
    update(session, PUT, ends(later));
    if (due.size() == limit) {
      next = due.getLast().end.due();
    } else {
      Long first = Query.one(session, row -> row.getLong(1), NEXT, owned.numbers(), next);
      next = first == null ? Long.MAX_VALUE : first;
    }
  }

  private static Due again(Due due, long now) {
    long next = now + PayloadEnd.AGAIN_MILLIS;
    return new Due(due.partition, new PayloadEnd(next, due.end.message()), true);
  }

  private static RowArrays<Due> ends(List<Due> due) {
    return new RowArrays<>(due)
        .shorts(Due::partition)
        .longs(each -> each.end.due())
        .longs(each -> each.end.message());
  }

  private static void update(Session session, String sql, RowArrays<?> rows) throws SQLException {
    if (!rows.rows().isEmpty()) {
      try (PreparedStatement statement = session.prepare(sql)) {
        rows.bind(statement);
        statement.executeUpdate();
      }
    }
  }
}
