package dev.posthorn.bench.postgresql;

import dev.posthorn.bench.Flags;
import dev.posthorn.bench.delivery.FloorSubject;
import dev.posthorn.bench.delivery.LibrarySubject;
import dev.posthorn.bench.delivery.Load;
import dev.posthorn.bench.delivery.ReceiverProcess;
import dev.posthorn.bench.delivery.Subject;
import dev.posthorn.testkit.postgresql.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Measures the library on PostgreSQL in the same run as the floor and as two outboxes that do the
 * same job: deliveries a second, what each costs the database and the processors, and the time from
 * handing in to receiving.
 *
 * <p>The server is started for the benchmark, with {@code fsync} on and its defaults otherwise.
 * Sender, server and receiver share the machine. Each subject has a new database in each round, and
 * a checkpoint before each measurement, so each pays for its own full pages. Subjects take turns,
 * {@code --rounds} times, and the best round of each counts; the first is a warm-up.
 */
public final class PostgresqlBench {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final int LOW_RATE = 200;

  private final Flags flags;
  private final BenchServer server;
  private final ReceiverProcess receiver;
  private final Load load;
  private final Map<String, Result> best = new LinkedHashMap<>();

  /** Something to measure. */
  private interface Opening {
    Subject open(String url) throws SQLException;
  }

  /** Measurements of a subject in a round; those at a rate are null if there was no outcome. */
  private record Result(Load.Figures full, Cost cost, List<Load.Figures> paced, String note) {}

  private PostgresqlBench(Flags flags, BenchServer server, ReceiverProcess receiver) {
    this.flags = flags;
    this.server = server;
    this.receiver = receiver;
    this.load = Load.of(flags, receiver, PATIENCE);
  }

  /** Returns the flags that there are. */
  public static Flags flags() {
    return new Flags()
        .with("--bytes", 1_024)
        .with("--endpoints", 1)
        .with("--seconds", 5)
        .with("--outstanding", 512)
        .with("--rate", 2_000)
        .with("--rounds", 3)
        .with("--peers", 1);
  }

  /** Runs the benchmark; see the class comment for the flags. */
  public static void main(String[] args) throws Exception {
    Flags flags = flags().parse(args);
    try (BenchServer server = BenchServer.start();
        ReceiverProcess receiver = new ReceiverProcess(flags.number("--bytes"))) {
      new PostgresqlBench(flags, server, receiver).run();
    }
  }

  private void run() throws Exception {
    System.out.printf(
        Locale.ROOT,
        "%s, fsync on; %d-byte messages, %d endpoint(s), %d under way, %d s each,"
            + " %d processors%n%n",
        server.version(),
        flags.get("--bytes"),
        flags.get("--endpoints"),
        flags.get("--outstanding"),
        flags.get("--seconds"),
        Runtime.getRuntime().availableProcessors());
    Map<String, Opening> subjects = new LinkedHashMap<>();
    subjects.put("floor", url -> FloorSubject.postgresql(url, receiver.port()));
    subjects.put(
        "posthorn",
        url -> LibrarySubject.postgresql(url, flags.number("--endpoints"), receiver.port()));
    if (flags.get("--peers") != 0) {
      subjects.put("db-scheduler", url -> new DbSchedulerSubject(url, receiver.port()));
      subjects.put("spring-modulith", url -> new ModulithSubject(url, receiver.port()));
    }
    for (int round = 1; round <= flags.get("--rounds"); round++) {
      for (Map.Entry<String, Opening> subject : subjects.entrySet()) {
        measure(round, subject.getKey(), subject.getValue());
      }
    }
    print();
  }

  private void measure(int round, String name, Opening opening) throws Exception {
    progress(round, name, "starting");
    try (TestDatabase database = server.createDatabase();
        Subject subject = opening.open(database.url());
        Connection connection = database.connect()) {
      int seconds = flags.number("--seconds");
      progress(round, name, "warming up");
      load.run(subject, 0, Math.max(2, seconds / 2));
      progress(round, name, "full load");
      server.checkpoint();
      Cost before = Cost.read(connection, server.processes());
      Load.Figures full = load.run(subject, 0, seconds);
      Cost cost = Cost.read(connection, server.processes()).since(before);
      List<Load.Figures> paced = new ArrayList<>();
      for (int rate : new int[] {LOW_RATE, flags.number("--rate")}) {
        progress(round, name, rate + " a second");
        paced.add(load.run(subject, rate, seconds));
      }
      Result result = new Result(full, cost, paced, subject.commits());
      best.merge(
          name,
          result,
          (one, other) -> one.full.perSecond() > other.full.perSecond() ? one : other);
      progress(
          round, name, String.format(Locale.ROOT, "%.0f deliveries a second", full.perSecond()));
    } catch (IllegalStateException e) {
      progress(round, name, "given up: " + e.getMessage());
    }
  }

  private static void progress(int round, String name, String state) {
    System.err.printf("round %d, %s: %s%n", round, name, state);
  }

  private void print() {
    Result floor = best.get("floor");
    System.out.printf(
        "%-16s %12s %7s %7s %8s %9s %9s %9s %17s %17s%n",
        "",
        "deliveries/s",
        "floor",
        "WAL, B",
        "commits",
        "sender µs",
        "server µs",
        "receiver",
        LOW_RATE + "/s p50/p99",
        flags.get("--rate") + "/s p50/p99");
    best.forEach(
        (name, result) ->
            System.out.printf(
                Locale.ROOT,
                "%-16s %12.0f %6.0f%% %7d %8.4f %9.1f %9.1f %9.1f %17s %17s%n",
                name,
                result.full.perSecond(),
                floor == null ? 0 : 100 * result.full.perSecond() / floor.full.perSecond(),
                result.cost.walBytes() / result.full.sent(),
                (double) result.cost.transactions() / result.full.sent(),
                result.full.senderMicros(),
                Cost.sum(result.cost.server()) / 1e3 / result.full.sent(),
                result.full.receiverMicros(),
                paced(result.paced.get(0), LOW_RATE),
                paced(result.paced.get(1), flags.number("--rate"))));
    System.out.printf("%nWAL, commits and CPU µs are for each delivery. In detail, CPU µs:%n");
    best.forEach(PostgresqlBench::printDetails);
  }

  private static void printDetails(String name, Result result) {
    long sent = result.full.sent();
    System.out.printf(
        Locale.ROOT,
        "%s: %s%n  sender: %s, compiler and collector %.1f%n  server: %s%n",
        name,
        result.note,
        Cost.each(result.cost.threads(), sent),
        result.full.senderMicros() - Cost.sum(result.cost.threads()) / 1e3 / sent,
        Cost.each(result.cost.server(), sent));
  }

  /** Quantiles in milliseconds; with the rate that was reached, if that was less. */
  private static String paced(Load.Figures figures, int rate) {
    return figures.perSecond() > 0.9 * rate
        ? figures.millis()
        : String.format(Locale.ROOT, "%s (%.0f/s)", figures.millis(), figures.perSecond());
  }
}
