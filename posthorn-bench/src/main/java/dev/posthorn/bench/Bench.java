package dev.posthorn.bench;

import dev.posthorn.bench.attack.AttackBench;
import dev.posthorn.bench.delivery.DeliveryBench;
import dev.posthorn.bench.delivery.IdleBench;
import dev.posthorn.bench.delivery.IsolationBench;
import dev.posthorn.bench.hostile.HostileBench;
import dev.posthorn.bench.kill.KillBench;
import dev.posthorn.bench.nodes.NodesBench;
import dev.posthorn.bench.postgresql.ChaosBench;
import dev.posthorn.bench.postgresql.IdleTransactionBench;
import dev.posthorn.bench.postgresql.PostgresqlBench;
import dev.posthorn.bench.server.ServerBench;
import dev.posthorn.bench.server.StartBench;
import dev.posthorn.bench.store.StoreBench;
import dev.posthorn.bench.transport.TransportCost;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The benchmarks of {@code bin/posthorn bench}, by name. */
public final class Bench {
  private static final String SQLITE = "sqlite";
  private static final String POSTGRESQL = "postgresql";

  private Bench() {}

  /**
   * Takes the name of a benchmark, if it is not {@code delivery}, and its arguments. Among them,
   * {@code --server} measures the server instead of the library, and {@code --store postgresql} the
   * library on PostgreSQL.
   */
  public static void main(String[] given) throws Exception {
    List<String> args = new ArrayList<>(Arrays.asList(given));
    if (args.contains("--help")) {
      System.out.print(usage());
      return;
    }
    try {
      boolean named = !args.isEmpty() && !args.getFirst().startsWith("--");
      String name = named ? args.removeFirst() : "delivery";
      if (args.remove("--server")) {
        name += " --server";
      }
      if (takeStore(args).equals(POSTGRESQL)) {
        name += " --store " + POSTGRESQL;
      }
      run(name, args.toArray(String[]::new));
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
    }
  }

  /** Removes the option {@code --store} with its value; returns the value. */
  private static String takeStore(List<String> args) {
    int at = args.indexOf("--store");
    if (at < 0) {
      return SQLITE;
    }
    args.remove(at);
    String store = at < args.size() ? args.remove(at) : "";
    if (!store.equals(SQLITE) && !store.equals(POSTGRESQL)) {
      throw new IllegalArgumentException(
          "--store: unknown store \"" + store + "\"; use sqlite or postgresql");
    }
    return store;
  }

  private static void run(String name, String[] args) throws Exception {
    switch (name) {
      case "delivery" -> DeliveryBench.main(args);
      case "delivery --store postgresql" -> PostgresqlBench.main(args);
      case "delivery --server" -> ServerBench.main(args);
      case "kill" -> KillBench.main(args);
      case "kill --store postgresql" -> KillBench.postgresql(args);
      case "kill --server" -> KillBench.server(args);
      case "kill --server --store postgresql" -> KillBench.serverOnPostgresql(args);
      case "idle-transaction" -> IdleTransactionBench.main(args);
      case "chaos" -> ChaosBench.main(args);
      case "nodes" -> NodesBench.main(args);
      case "start" -> StartBench.main(args);
      case "isolation" -> IsolationBench.main(args);
      case "hostile" -> HostileBench.main(args);
      case "attack" -> AttackBench.main(args);
      case "idle" -> IdleBench.main(args);
      case "store" -> StoreBench.main(args);
      case "transport" -> TransportCost.main(args);
      default ->
          throw new IllegalArgumentException(
              "unknown benchmark " + name + "; use\n" + usage().strip());
    }
  }

  private static String usage() {
    return """
    bench [delivery] %s
        deliveries per second and CPU for each, next to the smallest program of the same shape
    bench --store postgresql %s
        the same on PostgreSQL, next to other outboxes; --peers 0 leaves those out
    bench --server %s
        the same, with the server as its own process and HTTP in front of both
    bench kill %s
        kills the library with SIGKILL under load, and counts lost and repeated deliveries
    bench kill --store postgresql %s
        the same, with the library on PostgreSQL
    bench kill --server %s
        the same with the server, over HTTP; also with --store postgresql
    bench idle-transaction %s
        cost of a transaction that somebody holds open, for the library on PostgreSQL
    bench chaos %s
        faults of a PostgreSQL database under load: lost and repeated deliveries, time to resume
    bench nodes %s
        servers that share a PostgreSQL database: their rate beside that of one, and their faults
    bench start %s
        time from the start of bin/posthorn serve to the first accepted message
    bench isolation %s
        latency of a healthy endpoint next to endpoints that hang, or are dead with a backlog
    bench hostile %s
        latency of a healthy endpoint while everything else goes wrong at once, and the recovery after it
    bench attack %s
        latency of a tenant while another customer and strangers attack the server
    bench idle %s
        memory that an idle endpoint takes
    bench store [CYCLES [BATCH:ENDPOINTS ...]]
        the SQLite store alone
    bench transport [posthorn|vertx] [ROUNDS]
        the HTTP transport alone
    """
        .formatted(
            DeliveryBench.flags().usage(),
            PostgresqlBench.flags().usage(),
            ServerBench.flags().usage(),
            KillBench.flags().usage(),
            KillBench.flags().usage(),
            KillBench.serverFlags().usage(),
            IdleTransactionBench.flags().usage(),
            ChaosBench.usage(),
            NodesBench.flags().usage(),
            StartBench.flags().usage(),
            IsolationBench.flags().usage(),
            HostileBench.flags().usage(),
            AttackBench.flags().usage(),
            IdleBench.flags().usage());
  }
}
