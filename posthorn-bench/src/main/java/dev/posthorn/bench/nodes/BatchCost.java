package dev.posthorn.bench.nodes;

import dev.posthorn.bench.delivery.Latencies;
import dev.posthorn.testkit.postgresql.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;

/**
 * The cost of what each batch of a node does besides its rows: the fence and the look at the
 * version of the settings, in the round trip that sends the rows anyway. Three such round trips
 * take turns: with neither, with the fence, and with both.
 */
final class BatchCost {
  private static final String ROWS = "SELECT 1";
  private static final String FENCE =
      "SELECT 1 FROM posthorn.node WHERE id = 1 AND epoch = 1 FOR SHARE;\n";
  private static final String VERSION = "SELECT version FROM posthorn.settings_head;\n";

  private BatchCost() {}

  /** Measures so many round trips of each kind; no node runs. */
  static void measure(TestDatabase database, Report report, int count) throws SQLException {
    database.execute(
        "INSERT INTO posthorn.node (id, slot, epoch, host, version, started)"
            + " VALUES (1, 255, 1, '', '', now())");
    Latencies neither = new Latencies();
    Latencies fence = new Latencies();
    Latencies both = new Latencies();
    try (Connection connection = database.connect()) {
      connection.setAutoCommit(false);
      for (int i = 0; i < count; i++) {
        neither.record(nanos(connection, ROWS));
        fence.record(nanos(connection, FENCE + ROWS));
        both.record(nanos(connection, FENCE + VERSION + ROWS));
      }
    }
    report.add(
        "a batch: fence, and check of the settings",
        String.format(
            Locale.ROOT,
            "%d µs, and %d µs",
            fence.quantileMicros(0.5) - neither.quantileMicros(0.5),
            both.quantileMicros(0.5) - fence.quantileMicros(0.5)));
  }

  private static long nanos(Connection connection, String sql) throws SQLException {
    long start = System.nanoTime();
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
    long nanos = System.nanoTime() - start;
    connection.rollback();
    return nanos;
  }
}
