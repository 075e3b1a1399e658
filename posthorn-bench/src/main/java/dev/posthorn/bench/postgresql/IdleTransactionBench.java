package dev.posthorn.bench.postgresql;

import dev.posthorn.bench.Flags;
import dev.posthorn.bench.delivery.LibrarySubject;
import dev.posthorn.bench.delivery.Load;
import dev.posthorn.bench.delivery.ReceiverProcess;
import dev.posthorn.bench.delivery.Subject;
import dev.posthorn.testkit.postgresql.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Measures the library on PostgreSQL while another session holds a transaction open and does
 * nothing, so that no dead row can be removed: deliveries a second, times from handing in to
 * receiving, and dead rows, every minute; first the same without such a session.
 */
public final class IdleTransactionBench {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final int WARM_UP_SECONDS = 10;
  private static final String DEAD_ROWS =
      """
      SELECT coalesce(pg_partition_root(relid), relid)::regclass AS name, sum(n_dead_tup) AS dead
      FROM pg_stat_user_tables GROUP BY name HAVING sum(n_dead_tup) > 0 ORDER BY dead DESC""";

  private final Flags flags;
  private final BenchServer server;
  private final ReceiverProcess receiver;
  private final Load load;

  private IdleTransactionBench(Flags flags, BenchServer server, ReceiverProcess receiver) {
    this.flags = flags;
    this.server = server;
    this.receiver = receiver;
    this.load = Load.of(flags, receiver, PATIENCE);
  }

  /** Returns the flags that there are; a rate of 0 is full load, 0 minutes alone are as many. */
  public static Flags flags() {
    return new Flags()
        .with("--minutes", 10)
        .with("--alone", 0)
        .with("--rate", 2_000)
        .with("--bytes", 1_024)
        .with("--endpoints", 1)
        .with("--outstanding", 512);
  }

  /** Runs the benchmark; see the class comment. */
  public static void main(String[] args) throws Exception {
    Flags flags = flags().parse(args);
    try (BenchServer server = BenchServer.start();
        ReceiverProcess receiver = new ReceiverProcess(flags.number("--bytes"))) {
      new IdleTransactionBench(flags, server, receiver).run();
    }
  }

  private void run() throws Exception {
    long minutes = flags.get("--minutes");
    long minutesAlone = flags.get("--alone") == 0 ? minutes : flags.get("--alone");
    System.out.printf(
        "%s, fsync on; %d-byte messages, %d a second, %d minutes alone, %d with%n",
        server.version(), flags.get("--bytes"), flags.get("--rate"), minutesAlone, minutes);
    List<Load.Figures> alone = measure("without", false, minutesAlone);
    List<Load.Figures> beside = measure("with an idle transaction", true, minutes);
    System.out.printf(
        Locale.ROOT,
        "%nlast minute, with / without: %.0f %% of the deliveries a second, p99 %.1f times%n",
        100 * beside.getLast().perSecond() / alone.getLast().perSecond(),
        (double) beside.getLast().p99() / Math.max(1, alone.getLast().p99()));
  }

  private List<Load.Figures> measure(String title, boolean idle, long minutes) throws Exception {
    System.out.printf(
        "%n%s%n%6s %12s %17s %9s %8s  %s%n",
        title, "minute", "deliveries/s", "p50/p99 ms", "server µs", "size, MB", "dead rows");
    List<Load.Figures> figures = new ArrayList<>();
    try (TestDatabase database = server.createDatabase();
        Subject library =
            LibrarySubject.postgresql(
                database.url(), flags.number("--endpoints"), receiver.port());
        Connection connection = database.connect();
        Connection holder = database.connect()) {
      load.run(library, flags.number("--rate"), WARM_UP_SECONDS);
      if (idle) {
        begin(holder);
      }
      for (int minute = 1; minute <= minutes; minute++) {
        Cost before = Cost.read(connection, server.processes());
        Load.Figures one =
            load.run(library, flags.number("--rate"), (int) TimeUnit.MINUTES.toSeconds(1));
        Cost cost = Cost.read(connection, server.processes()).since(before);
        figures.add(one);
        print(minute, one, cost, connection);
      }
      if (idle) {
        holder.rollback();
      }
    }
    return figures;
  }

  /** Begins a transaction that has an id and a snapshot, as one that wrote something has. */
  private static void begin(Connection holder) throws SQLException {
    holder.setAutoCommit(false);
    holder.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    try (var statement = holder.createStatement()) {
      statement.execute("SELECT pg_current_xact_id()");
    }
  }

  private static void print(int minute, Load.Figures figures, Cost cost, Connection database)
      throws SQLException {
    StringBuilder dead = new StringBuilder();
    long megabytes;
    try (var statement = database.createStatement()) {
      try (var rows = statement.executeQuery(DEAD_ROWS)) {
        while (rows.next()) {
          dead.append(dead.isEmpty() ? "" : ", ")
              .append(rows.getString(1))
              .append(' ')
              .append(rows.getLong(2));
        }
      }
      try (var size = statement.executeQuery("SELECT pg_database_size(current_database()) >> 20")) {
        size.next();
        megabytes = size.getLong(1);
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%6d %12.0f %17s %9.1f %8d  %s%n",
        minute,
        figures.perSecond(),
        figures.millis(),
        Cost.sum(cost.server()) / 1e3 / figures.sent(),
        megabytes,
        dead);
  }
}
