package dev.posthorn.testkit.store;

import dev.posthorn.AttemptKind;
import dev.posthorn.DeliveryState;
import dev.posthorn.spi.store.Partitions;
import dev.posthorn.spi.store.reads.PartitionReads;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.spi.store.rows.MessageSpec;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.LongPredicate;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Plain rows for tests: what does not matter is filled in. */
final class Rows {
  /** Whatever the number of partitions, up to 256: these applications are in the same one. */
  private static final long[] APPLICATIONS =
      LongStream.iterate(1, id -> id + 1)
          .filter(id -> Partitions.of(id, 256) == 165)
          .limit(1_000)
          .toArray();

  static final long APPLICATION = application(7);

  private Rows() {}

  /** Returns the id of an application; a greater number has a greater id. */
  static long application(int number) {
    return APPLICATIONS[number];
  }

  static MessageRow message(long id, long... targets) {
    return message(id, APPLICATION, "invoice.paid", targets);
  }

  static MessageRow message(long id, long application, String type, long... targets) {
    return new MessageRow(id, application, MessageSpec.of(type), targets, bytes("body " + id));
  }

  /** Returns the messages that a store has of some ids. */
  static List<MessageRow> messages(PartitionReads store, long... ids) {
    return store.messages(ids, Long.MAX_VALUE).rows();
  }

  static MessageRow withEvent(@Nullable String eventId, MessageRow row) {
    return row.with(row.spec().withEventId(eventId));
  }

  static MessageRow withPublicId(@Nullable String publicId, MessageRow row) {
    return row.with(row.spec().withPublicId(publicId));
  }

  static MessageRow deliverAt(long time, MessageRow row) {
    return row.with(row.spec().withDeliverAt(time));
  }

  static LiveRow hot(long id, long endpoint, long message) {
    return LiveRow.hot(id, endpoint, message, 1_000, 9_000);
  }

  /** Returns a row without attempts. */
  static LiveRow parked(long id, long endpoint, long message, long due) {
    return LiveRow.parked(id, endpoint, message, due, 9_000, AttemptKind.SCHEDULED)
        .parkedUntil(due, due + 5)
        .withAttempts(1);
  }

  static AttemptRow attempt(long id, long message, long endpoint, DeliveryState state) {
    return AttemptRow.of(id, message, message + 1, endpoint)
        .state(state)
        .spent(1)
        .status(200)
        .build();
  }

  static AttemptRow attempt(long id, long message, long endpoint) {
    return attempt(id, message, endpoint, DeliveryState.SUCCEEDED);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static long[] range(long from, long to) {
    return LongStream.range(from, to).toArray();
  }

  static long[] range(long from, long to, LongPredicate which) {
    return LongStream.range(from, to).filter(which).toArray();
  }
}
