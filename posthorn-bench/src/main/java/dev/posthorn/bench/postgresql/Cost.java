package dev.posthorn.bench.postgresql;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Totals of this process and of a database server: the difference of two is the cost of what came
 * between them.
 *
 * @param walBytes bytes of write-ahead log
 * @param transactions transactions that wrote, each of which is a commit or a rollback
 * @param threads CPU nanoseconds of this process by kind of thread
 * @param server CPU nanoseconds of the server by kind of process
 */
record Cost(long walBytes, long transactions, Map<String, Long> threads, Map<String, Long> server) {

  /** Reads the totals. The statement itself writes nothing. */
  static Cost read(Connection database, ServerProcesses processes) throws SQLException {
    // pg_stat_database lags by up to a second for each session; transaction ids do not.
    try (var statement = database.createStatement();
        var row =
            statement.executeQuery(
                "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint,"
                    + " pg_snapshot_xmax(pg_current_snapshot())::text::bigint")) {
      row.next();
      return new Cost(row.getLong(1), row.getLong(2), Threads.cpu(), processes.cpu());
    }
  }

  /** Returns the cost since earlier totals. */
  Cost since(Cost before) {
    return new Cost(
        walBytes - before.walBytes,
        transactions - before.transactions,
        difference(threads, before.threads),
        difference(server, before.server));
  }

  private static Map<String, Long> difference(Map<String, Long> now, Map<String, Long> before) {
    Map<String, Long> difference = new TreeMap<>();
    now.forEach((kind, nanos) -> difference.put(kind, nanos - before.getOrDefault(kind, 0L)));
    return difference;
  }

  /** Returns the sum of all kinds. */
  static long sum(Map<String, Long> nanos) {
    return nanos.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Returns the CPU microseconds of each kind for one of so many deliveries, the most first. */
  static String each(Map<String, Long> nanos, long deliveries) {
    return nanos.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .filter(kind -> kind.getValue() >= deliveries * 50)
        .map(
            kind ->
                String.format(
                    Locale.ROOT, "%s %.1f", kind.getKey(), kind.getValue() / 1e3 / deliveries))
        .collect(Collectors.joining(", "));
  }
}
