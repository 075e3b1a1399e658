package dev.posthorn.internal.postgresql.store;

import dev.posthorn.testkit.postgresql.EmbeddedPostgresql;
import dev.posthorn.testkit.postgresql.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Locale;

/**
 * Measures what it costs to read the version of the settings with each batch: a round trip with the
 * fence alone, and with fence and version, in turn. Prints the medians.
 *
 * <p>Arguments: the number of round trips of each kind.
 */
final class VersionMeasurement {
  private static final String FENCE =
      "SELECT 1 FROM posthorn.node WHERE id = 1 AND epoch = 1 FOR SHARE";
  private static final String VERSION = ";\nSELECT version FROM posthorn.settings_head";

  private VersionMeasurement() {}

  public static void main(String[] arguments) throws Exception {
    int count = Integer.parseInt(arguments[0]);
    try (EmbeddedPostgresql server = EmbeddedPostgresql.builder().start();
        TestDatabase database = server.createDatabase()) {
      DatabaseFixture.partitioned(database).open().close();
      database.execute(
          "INSERT INTO posthorn.node (id, slot, epoch, host, version, started)"
              + " VALUES (1, 1, 1, '', '', now())");
      long[] fence = new long[count];
      long[] both = new long[count];
      try (Connection connection = database.connect()) {
        connection.setAutoCommit(false);
        for (int i = -count / 4; i < count; i++) {
          fence[Math.max(0, i)] = nanos(connection, FENCE);
          both[Math.max(0, i)] = nanos(connection, FENCE + VERSION);
        }
      }
      System.out.printf(
          Locale.ROOT,
          "median of %d: fence %.1f us, fence and version %.1f us%n",
          count,
          median(fence),
          median(both));
    }
  }

  private static long nanos(Connection connection, String sql) throws SQLException {
    long start = System.nanoTime();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.execute();
    }
    long nanos = System.nanoTime() - start;
    connection.rollback();
    return nanos;
  }

  private static double median(long[] nanos) {
    Arrays.sort(nanos);
    return nanos[nanos.length / 2] / 1_000.0;
  }
}
