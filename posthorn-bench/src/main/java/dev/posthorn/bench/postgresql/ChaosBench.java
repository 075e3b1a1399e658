package dev.posthorn.bench.postgresql;

import dev.posthorn.testkit.chaos.ChaosDatabase;
import dev.posthorn.testkit.chaos.ChaosResult;
import dev.posthorn.testkit.chaos.ChaosRun;
import dev.posthorn.testkit.chaos.Fault;
import dev.posthorn.testkit.postgresql.EmbeddedPostgresql;
import dev.posthorn.testkit.postgresql.TestDatabase;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Makes the faults of a database under load, and counts what is lost, what comes twice, and how
 * soon deliveries resume. The database is one that is started for it, or the one of {@code --url}.
 * Ends with 1 if anything was lost, or if more was repeated than was in flight.
 */
public final class ChaosBench {
  private static final String URL = "--url";
  private static final String FAULT = "--fault";
  private static final String OUTAGE = "--outage-seconds";
  private static final String ROLE = "chaos";

  private ChaosBench() {}

  /** Returns the options, for people. */
  public static String usage() {
    return "[" + URL + " JDBC-URL] [" + FAULT + " NAME ...] [" + OUTAGE + " N]";
  }

  /** Runs the benchmark; see the class comment. */
  public static void main(String[] args) throws Exception {
    String url = null;
    List<Fault> faults = new ArrayList<>();
    Duration outage = Duration.ofSeconds(5);
    for (int i = 0; i < args.length; i += 2) {
      if (i + 1 == args.length) {
        throw new IllegalArgumentException(args[i] + " has no value; use " + usage());
      }
      switch (args[i]) {
        case URL -> url = args[i + 1];
        case FAULT -> faults.add(fault(args[i + 1]));
        case OUTAGE -> outage = Duration.ofSeconds(Integer.parseInt(args[i + 1]));
        default ->
            throw new IllegalArgumentException("unknown option " + args[i] + "; use " + usage());
      }
    }
    List<Fault> wanted = faults.isEmpty() ? List.of(Fault.values()) : faults;
    System.exit(
        url == null ? embedded(wanted, outage) : run(ChaosDatabase.at(url), wanted, outage));
  }

  private static Fault fault(String name) {
    try {
      return Fault.valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "unknown fault " + name + "; use " + List.of(Fault.values()), e);
    }
  }

  private static int embedded(List<Fault> faults, Duration outage) throws Exception {
    try (EmbeddedPostgresql server = EmbeddedPostgresql.builder().sync(true).start();
        TestDatabase database = server.createDatabase()) {
      server.execute("CREATE ROLE " + ROLE + " LOGIN");
      server.execute("ALTER DATABASE " + database.name() + " OWNER TO " + ROLE);
      return run(new Embedded(server, database.url(ROLE)), faults, outage);
    }
  }

  private static int run(ChaosDatabase database, List<Fault> faults, Duration outage)
      throws IOException, SQLException, InterruptedException {
    List<ChaosResult> results = new ArrayList<>();
    try (ChaosRun run = ChaosRun.open(database, outage)) {
      for (Fault fault : faults) {
        System.err.println(fault.title() + " …");
        ChaosResult result = run.run(fault);
        System.err.println(result.line());
        results.add(result);
      }
    }
    System.out.print(ChaosResult.table(results));
    boolean good = results.stream().allMatch(ChaosResult::isGood);
    System.out.println(good ? "nothing was lost" : "NOT AS PROMISED; see above");
    return good ? 0 : 1;
  }

  /** A server that can be stopped. */
  private record Embedded(EmbeddedPostgresql server, String url) implements ChaosDatabase {
    @Override
    public boolean stoppable() {
      return true;
    }

    @Override
    public void stop(boolean crash) throws IOException {
      if (crash) {
        server.crash();
      } else {
        server.stop();
      }
    }

    @Override
    public void start() throws IOException {
      server.startServer();
    }
  }
}
