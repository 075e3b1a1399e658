package dev.posthorn.internal.postgresql.store;

import dev.posthorn.DeliveryState;
import dev.posthorn.PostgresqlOptions;
import dev.posthorn.Timings;
import dev.posthorn.internal.id.IdSequence;
import dev.posthorn.internal.postgresql.connection.Database;
import dev.posthorn.internal.postgresql.schema.Schema;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.Store;
import dev.posthorn.spi.store.reads.PartitionRow;
import dev.posthorn.spi.store.reads.PartitionScan;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.HandoffRow;
import dev.posthorn.spi.store.rows.LiveRow;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.spi.store.rows.MessageSpec;
import dev.posthorn.testkit.postgresql.EmbeddedPostgresql;
import dev.posthorn.testkit.postgresql.TestDatabase;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.LongStream;

/**
 * Measures the writer alone: acceptances and outcomes in batches, one delivery for each message, on
 * a server of its own that syncs. Prints deliveries per second, and what each costs the server.
 *
 * <p>Arguments: entries per batch, seconds, endpoints, applications, bytes per payload, whether the
 * history is in tables by time, and whether a transaction is open all the time, so no dead row can
 * be removed; then, if not {@link Way#HOT}, where deliveries wait. Prints a line every ten seconds.
 */
final class WriterMeasurement {
  private static final int UPKEEP_EVERY_MILLIS = 50;
  private static final int PERIOD_SECONDS = 10;
  private static final int MOST_HANDOFFS = 10_000;

  private final Random random = new Random(1);
  private final IdSequence ids;
  private final ArrayDeque<LiveRow> waiting = new ArrayDeque<>();
  private final ArrayDeque<Integer> partitions = new ArrayDeque<>();
  private final Store store;
  private final Way way;
  private final int endpoints;
  private final int applications;
  private final byte[] body;

  /** The handoffs that were found last. */
  private List<PartitionRow<HandoffRow>> found = List.of();

  /** The place of deliveries that wait. */
  private enum Way {
    /** In {@code hot}. */
    HOT,
    /** In {@code parked}. */
    PARKED,
    /** In {@code parked}, with a handoff that is found and removed. */
    HANDED_OFF,
    /** The same, and the row and its message are read. */
    TAKEN_IN
  }

  private WriterMeasurement(Store store, Way way, int endpoints, int applications, int bytes) {
    this.store = store;
    this.way = way;
    this.ids = new IdSequence(store.idFloor());
    this.endpoints = endpoints;
    this.applications = applications;
    this.body = new byte[bytes];
    random.nextBytes(body);
  }

  public static void main(String[] arguments) throws Exception {
    int entries = Integer.parseInt(arguments[0]);
    int seconds = Integer.parseInt(arguments[1]);
    try (EmbeddedPostgresql server =
            EmbeddedPostgresql.builder()
                .sync(true)
                .setting("shared_buffers", "256MB")
                .setting("max_wal_size", "4GB")
                .start();
        TestDatabase database = server.createDatabase()) {
      Database opened =
          Database.of(
              PostgresqlOptions.builder(database.url())
                  .partitionedHistory(Boolean.parseBoolean(arguments[5]))
                  .build());
      new Schema(opened).migrate();
      try (Store store =
          new DatabaseStore(
              opened.sessions(new DatabaseFixture.Owner()), new DatabaseFixture.Owner())) {
        WriterMeasurement measurement =
            new WriterMeasurement(
                store,
                arguments.length > 7 ? Way.valueOf(arguments[7]) : Way.HOT,
                Integer.parseInt(arguments[2]),
                Integer.parseInt(arguments[3]),
                Integer.parseInt(arguments[4]));
        measurement.run(entries, 3);
        try (Connection other = database.connect()) {
          if (Boolean.parseBoolean(arguments[6])) {
            hold(other);
          }
          database.execute("CHECKPOINT");
          for (int left = seconds; left > 0; left -= PERIOD_SECONDS) {
            long[] before = counters(database);
            long began = System.nanoTime();
            int[] done = measurement.run(entries, Math.min(left, PERIOD_SECONDS));
            double took = (System.nanoTime() - began) / 1e9;
            print(entries, done, took, before, counters(database));
          }
        }
      }
    }
  }

  private static void hold(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    try (Statement statement = connection.createStatement()) {
      statement.execute("SELECT count(*) FROM posthorn.hot");
    }
  }

  /** WAL bytes, full pages, WAL records; CPU time of this thread and the server, in nanoseconds. */
  private static long[] counters(TestDatabase database) throws IOException {
    long[] counters =
        LongStream.concat(
                database
                    .query(
                        "SELECT unnest(ARRAY[pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint,"
                            + " (SELECT wal_fpi FROM pg_stat_wal),"
                            + " (SELECT wal_records FROM pg_stat_wal)])")
                    .stream()
                    .mapToLong(text -> Long.parseLong(String.valueOf(text))),
                LongStream.of(ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime(), 0))
            .toArray();
    for (String pid : database.query("SELECT pid FROM pg_stat_activity")) {
      Path stat = Path.of("/proc/" + pid + "/stat");
      if (Files.exists(stat)) { // on Linux only
        String text = Files.readString(stat);
        String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ", -1);
        counters[4] += 10_000_000 * (Long.parseLong(fields[11]) + Long.parseLong(fields[12]));
      }
    }
    return counters;
  }

  private static void print(int entries, int[] done, double took, long[] before, long[] after) {
    double deliveries = done[0];
    print(
        String.format(
            Locale.ROOT,
            "%d entries a batch: %.0f deliveries/s, %.0f commits/s, %.0f WAL bytes, %.2f full pages"
                + " and %.1f WAL records a delivery; %.1f µs CPU here and %.1f µs in the server",
            entries,
            deliveries / took,
            done[1] / took,
            (after[0] - before[0]) / deliveries,
            (after[1] - before[1]) / deliveries,
            (after[2] - before[2]) / deliveries,
            (after[3] - before[3]) / deliveries / 1_000,
            (after[4] - before[4]) / deliveries / 1_000));
  }

  private static void print(String line) {
    System.out.println(line);
  }

  /** Returns the number of deliveries that ended, and the number of commits. */
  private int[] run(int entries, int seconds) {
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    int[] done = new int[2];
    long upkeep = System.currentTimeMillis();
    while (System.nanoTime() < end) {
      Batch batch = new Batch();
      long now = System.currentTimeMillis();
      for (int i = 0; i < entries / 2; i++) {
        accept(batch, now);
      }
      while (waiting.size() > 2 * entries) {
        end(batch, now);
        done[0]++;
      }
      for (PartitionRow<HandoffRow> each : found) {
        batch.in(each.partition()).handoffRemovals.add(each.row().id());
      }
      batch.idFloor = ids.last();
      store.commit(batch);
      done[1]++;
      takeIn();
      if (now - upkeep >= UPKEEP_EVERY_MILLIS) {
        upkeep = now;
        store.upkeep(0, now);
      }
    }
    return done;
  }

  private void takeIn() {
    if (way.compareTo(Way.HANDED_OFF) >= 0) {
      PartitionScan scan = store.forWriter().across(store.allPartitions());
      found = scan.handoffs(MOST_HANDOFFS);
      if (way == Way.TAKEN_IN && scan.handedOff(found, Long.MAX_VALUE).isEmpty()) {
        throw new IllegalStateException("nothing waits");
      }
    }
  }

  private void accept(Batch batch, long now) {
    long application = 1L + random.nextInt(applications);
    long endpoint = application * 1_000_000L + random.nextInt(endpoints);
    int partition = store.partitionOf(application);
    long id = ids.next(now);
    MessageSpec spec = MessageSpec.of("invoice.paid");
    batch
        .in(partition)
        .messages
        .add(new MessageRow(id, application, spec, new long[] {endpoint}, body));
    LiveRow hot = LiveRow.hot(ids.next(now), endpoint, id, now, now + 86_400_000);
    LiveRow row = way == Way.HOT ? hot : hot.parkedUntil(now, 0);
    (way == Way.HOT ? batch.in(partition).hot : batch.in(partition).parked).add(row);
    if (way.compareTo(Way.HANDED_OFF) >= 0) {
      batch.in(partition).handoffs.add(HandoffRow.deliveries(id, row.id(), now, endpoint));
    }
    waiting.add(row);
    partitions.add(partition);
  }

  private void end(Batch batch, long now) {
    LiveRow row = waiting.remove();
    int partition = partitions.remove();
    batch.in(partition).remove(row);
    batch
        .in(partition)
        .attempts
        .add(
            AttemptRow.of(ids.next(now), row)
                .state(DeliveryState.SUCCEEDED)
                .spent(1)
                .status(200)
                .timings(new Timings(0, 0, 0, 800, 900))
                .build());
  }
}
