package dev.posthorn.bench.nodes;

import dev.posthorn.bench.ProcessFigures;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;

/**
 * Totals of the nodes, of the database and of this process, which sends and receives: the
 * difference of two is the cost of what came between them.
 *
 * @param nodes CPU nanoseconds of the nodes
 * @param database CPU nanoseconds of the sessions of the database
 * @param here CPU nanoseconds of this process
 * @param transactions transactions that wrote
 * @param walBytes bytes of write-ahead log
 */
record Spent(long nodes, long database, long here, long transactions, long walBytes) {

  /** Reads the totals. */
  static Spent read(Cluster cluster, List<Node> nodes) {
    try (Connection connection = cluster.database().connect();
        var statement = connection.createStatement();
        var row =
            statement.executeQuery(
                "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint,"
                    + " pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint,"
                    + " pg_backend_pid()")) {
      row.next();
      ProcessHandle session = ProcessHandle.of(row.getLong(3)).orElseThrow();
      return new Spent(
          nodes.stream().map(Node::handle).mapToLong(ProcessFigures::cpu).sum(),
          session.parent().orElseThrow().children().mapToLong(ProcessFigures::cpu).sum(),
          ProcessFigures.cpu(ProcessHandle.current()),
          row.getLong(1),
          row.getLong(2));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns, for people, what each of so many deliveries has cost since earlier totals. */
  String each(Spent before, long deliveries) {
    return String.format(
        Locale.ROOT,
        "%.0f + %.0f + %.0f µs, %.1f KB, %.0f commits/1,000",
        (nodes - before.nodes) / 1e3 / deliveries,
        (database - before.database) / 1e3 / deliveries,
        (here - before.here) / 1e3 / deliveries,
        (walBytes - before.walBytes) / 1024.0 / deliveries,
        1e3 * (transactions - before.transactions) / deliveries);
  }
}
