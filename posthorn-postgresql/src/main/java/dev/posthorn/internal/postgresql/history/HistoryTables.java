package dev.posthorn.internal.postgresql.history;

import dev.posthorn.internal.postgresql.sql.Pipeline;
import dev.posthorn.internal.postgresql.sql.RowArrays;
import dev.posthorn.internal.postgresql.sql.RowInsert;
import dev.posthorn.internal.rows.Values;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.MessageRow;

/** Writes messages and attempts, and removes payloads and excerpts. */
public final class HistoryTables {
  private static final RowInsert<MessageRow> MESSAGES =
      RowInsert.<MessageRow>into("posthorn.message")
          .longs("id", MessageRow::id)
          .longs("application", MessageRow::application)
          .texts("type", MessageRow::type)
          .texts("content_type", MessageRow::contentType)
          .blobs("targets", row -> Values.ofIds(row.targets()))
          .blobs("body", row -> row.expunged() ? null : row.body())
          .optionalLongs("deliver_at", MessageRow::deliverAt)
          .optionalTexts("channels", row -> Values.ofStrings(row.channels()))
          .optionalTexts("tags", row -> Values.ofStrings(row.tags()))
          .optionalTexts("event_id", MessageRow::eventId)
          .optionalTexts("public_id", MessageRow::publicId)
          .build();
  private static final RowInsert<AttemptRow> ATTEMPTS =
      RowInsert.<AttemptRow>into("posthorn.attempt")
          .longs("id", AttemptRow::id)
          .longs("message", AttemptRow::message)
          .longs("delivery", AttemptRow::delivery)
          .longs("endpoint", AttemptRow::endpoint)
          .ints("spent", AttemptRow::spent)
          .ints("status", AttemptRow::status)
          .shorts("kind", row -> Values.code(row.kind()))
          .shorts("state", row -> Values.code(row.state()))
          .ints("first_byte", row -> row.timings().firstByte())
          .ints("total", row -> row.timings().total())
          .blobs("excerpt", row -> Values.ofBytes(row.excerpt()))
          .optionalLongs("next_due", AttemptRow::nextDue)
          .optionalInts("dns", row -> row.timings().dns())
          .optionalInts("connect", row -> row.timings().connect())
          .optionalInts("tls", row -> row.timings().tls())
          .optionalTexts("error", AttemptRow::error)
          .build();
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
    MESSAGES.addTo(pipeline, RowArrays.of(batch, part -> part.messages));
  }

  /** Adds the statement that inserts the attempts of a batch. */
  public static void addAttempts(Pipeline pipeline, Batch batch) {
    ATTEMPTS.addTo(pipeline, RowArrays.of(batch, part -> part.attempts));
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
