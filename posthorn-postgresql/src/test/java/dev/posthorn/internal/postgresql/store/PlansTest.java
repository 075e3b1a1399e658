package dev.posthorn.internal.postgresql.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.internal.id.Ids;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.reads.AttemptFilter;
import dev.posthorn.spi.store.reads.AttemptQuery;
import dev.posthorn.spi.store.reads.MessageFilter;
import dev.posthorn.spi.store.reads.PageRequest;
import dev.posthorn.spi.store.reads.PartitionReads;
import dev.posthorn.testkit.postgresql.PostgresqlExtension;
import dev.posthorn.testkit.postgresql.TestDatabase;
import dev.posthorn.testkit.receiver.Await;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Whoever asks for a few rows by their keys reads a few rows, however many an application has, and
 * however many days there are: the planner does not know that each key is in one day's table.
 */
@ExtendWith(PostgresqlExtension.class)
class PlansTest {
  private static final long DAY = Duration.ofDays(1).toMillis();
  private static final long FIRST = Instant.parse("2040-02-28T00:00:00Z").toEpochMilli();
  private static final int DAYS = 40;
  private static final int MESSAGES = 20_000;
  private static final int ASKED = 20;
  private static final long APPLICATION = 7;
  private static final long ENDPOINT = 5;

  private final TestDatabase database;
  private final int partition;

  PlansTest(TestDatabase database) {
    this.database = database;
    try (Store store = DatabaseFixture.partitioned(database).open()) {
      partition = store.partitionOf(APPLICATION);
      for (int day = 0; day < DAYS; day += 3) {
        store.upkeep(Ids.firstAt(FIRST), FIRST + day * DAY);
      }
    }
    database.execute(
        "INSERT INTO posthorn.message (partition, id, application, type, content_type, targets,"
            + " body, public_id) SELECT %d, %d + n * %d, %d, 'a', 'text/plain', '\\x0000000000000005',"
                .formatted(partition, id(0), step(), APPLICATION)
            + " 'x', 'msg_' || n FROM generate_series(0, "
            + (MESSAGES - 1)
            + ") n");
    database.execute(
        "INSERT INTO posthorn.attempt (partition, id, message, delivery, endpoint, spent, status,"
            + " kind, state) SELECT partition, id + 2, id, id + 1, 5, 1, 200, 0, 1"
            + " FROM posthorn.message");
    database.execute("ANALYZE");
    // A session reports what it has read once a second at most.
    Await.until("the server counts what filled it", () -> read() >= MESSAGES);
  }

  private static long id(int number) {
    return Ids.firstAt(FIRST + 1) + number * step();
  }

  private static long step() {
    return (Ids.firstAt(FIRST + (DAYS - 1) * DAY) - Ids.firstAt(FIRST)) / MESSAGES;
  }

  /** Asks as often as it takes until a plan is kept; returns the number of rows read each time. */
  private long read(Consumer<PartitionReads> question) {
    int times = 10;
    long before = read();
    try (Store store = DatabaseFixture.openAs(database, "postgres")) {
      for (int i = 0; i < times; i++) {
        question.accept(store.in(partition));
      }
    }
    Await.until("the server counts", () -> read() > before);
    return (read() - before) / times;
  }

  private long read() {
    return Long.parseLong(
        Objects.requireNonNull(
            database
                .query(
                    "SELECT (SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0))"
                        + " FROM pg_stat_all_tables WHERE schemaname = 'posthorn') +"
                        + " (SELECT sum(idx_tup_read) FROM pg_stat_all_indexes"
                        + " WHERE schemaname = 'posthorn')")
                .getFirst()));
  }

  private static long[] asked() {
    return LongStream.range(0, ASKED).map(n -> id(MESSAGES - 2 * (int) n - 2)).toArray();
  }

  private static List<Long> list() {
    return LongStream.of(asked()).boxed().toList();
  }

  @Test
  void fewRowsAreReadForAFewKeys() {
    assertThat(read(reads -> assertThat(reads.messages(asked(), 1_000).rows()).hasSize(ASKED)))
        .as("payloads")
        .isLessThan(20 * ASKED);
    assertThat(read(reads -> assertThat(reads.publicIds(list())).hasSize(ASKED)))
        .as("public ids")
        .isLessThan(20 * ASKED);
    assertThat(read(reads -> assertThat(reads.lastAttempts(list(), ENDPOINT)).hasSize(ASKED)))
        .as("last attempts")
        .isLessThan(100 * ASKED);
    AttemptFilter filter =
        new AttemptFilter(
            null, Set.of(), null, new MessageFilter(Set.of("a"), null, null, null, 0));
    PageRequest newest = PageRequest.newest(ASKED);
    assertThat(
            read(
                reads ->
                    assertThat(reads.attempts(new AttemptQuery(ENDPOINT, 0, newest, filter)).rows())
                        .isNotEmpty())) // a page ends after a while, too
        .as("attempts by their messages")
        .isLessThan(100 * ASKED);
  }
}
