package dev.posthorn.internal.postgresql.history;

import dev.posthorn.internal.postgresql.sql.Pipeline;
import dev.posthorn.internal.postgresql.sql.RowArrays;
import dev.posthorn.internal.rows.Values;
import dev.posthorn.spi.store.AttemptRow;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.MessageRow;

/** Writes messages and attempts, and removes payloads and excerpts. */
public final class HistoryTables {
  private static final String ADD_MESSAGES =
      "INSERT INTO posthorn.message(partition, id, application, deliver_at, type, channels, tags,"
          + " event_id, content_type, targets, body, public_id) SELECT r.partition, r.id, r.application,"
          + " NULLIF(r.deliver_at, 0), r.type, r.channels, r.tags, r.event_id, r.content_type,"
          + " r.targets, r.body, r.public_id FROM unnest(?::smallint[], ?::bigint[], ?::bigint[],"
          + " ?::bigint[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::bytea[],"
          + " ?::bytea[], ?::text[]) AS r(partition, id, application, deliver_at, type, channels,"
          + " tags, event_id, content_type, targets, body, public_id)";
  private static final String ADD_ATTEMPTS =
      "INSERT INTO posthorn.attempt(partition, id, message, delivery, endpoint, next_due, spent,"
          + " status, kind, state, dns, connect, tls, first_byte, total, error, excerpt)"
          + " SELECT r.partition, r.id, r.message, r.delivery, r.endpoint, NULLIF(r.next_due, 0),"
          + " r.spent, r.status, r.kind, r.state, NULLIF(r.dns, 0), NULLIF(r.connect, 0),"
          + " NULLIF(r.tls, 0), NULLIF(r.first_byte, 0), NULLIF(r.total, 0), r.error, r.excerpt"
          + " FROM unnest(?::smallint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[],"
          + " ?::bigint[], ?::integer[], ?::integer[], ?::smallint[], ?::smallint[], ?::integer[],"
          + " ?::integer[], ?::integer[], ?::integer[], ?::integer[], ?::text[], ?::bytea[])"
          + " AS r(partition, id, message, delivery, endpoint, next_due, spent, status, kind,"
          + " state, dns, connect, tls, first_byte, total, error, excerpt)";
  private static final String EXPUNGE_MESSAGES =
      "UPDATE posthorn.message m SET body = NULL"
          + " FROM unnest(?::smallint[], ?::bigint[]) AS gone(partition, id)"
          + " WHERE m.partition = gone.partition AND m.id = gone.id AND m.body IS NOT NULL";
  private static final String EXPUNGE_ATTEMPTS =
      "UPDATE posthorn.attempt a SET excerpt = '"
          + AttemptRow.EXPUNGED
          + "' FROM unnest(?::smallint[], ?::bigint[]) AS gone(partition, id)"
          + " WHERE a.partition = gone.partition AND a.id = gone.id";

  private HistoryTables() {}

  /** Adds the statement that inserts the messages of a batch. */
  public static void addMessages(Pipeline pipeline, Batch batch) {
    pipeline.insert(
        ADD_MESSAGES,
        RowArrays.of(batch, part -> part.messages)
            .longs(MessageRow::id)
            .longs(MessageRow::application)
            .longs(MessageRow::deliverAt)
            .texts(MessageRow::type)
            .texts(row -> Values.ofStrings(row.channels()))
            .texts(row -> Values.ofStrings(row.tags()))
            .texts(MessageRow::eventId)
            .texts(MessageRow::contentType)
            .blobs(row -> Values.ofIds(row.targets()))
            .blobs(row -> row.expunged() ? null : row.body())
            .texts(MessageRow::publicId));
  }

  /** Adds the statement that inserts the attempts of a batch. */
  public static void addAttempts(Pipeline pipeline, Batch batch) {
    pipeline.insert(
        ADD_ATTEMPTS,
        RowArrays.of(batch, part -> part.attempts)
            .longs(AttemptRow::id)
            .longs(AttemptRow::message)
            .longs(AttemptRow::delivery)
            .longs(AttemptRow::endpoint)
            .longs(AttemptRow::nextDue)
            .ints(AttemptRow::spent)
            .ints(AttemptRow::status)
            .shorts(row -> Values.code(row.kind()))
            .shorts(row -> Values.code(row.state()))
            .ints(row -> row.timings().dns())
            .ints(row -> row.timings().connect())
            .ints(row -> row.timings().tls())
            .ints(row -> row.timings().firstByte())
            .ints(row -> row.timings().total())
            .texts(AttemptRow::error)
            .blobs(row -> Values.ofBytes(row.excerpt())));
  }

  /** Adds the statements that remove the payloads and excerpts that a batch names. */
  public static void expunge(Pipeline pipeline, Batch batch) {
    pipeline.add(
        EXPUNGE_MESSAGES,
        RowArrays.of(batch, part -> part.expungedMessages).longs(Long::longValue));
    pipeline.add(
        EXPUNGE_ATTEMPTS,
        RowArrays.of(batch, part -> part.expungedAttempts).longs(Long::longValue));
  }
}
