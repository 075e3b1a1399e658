package dev.posthorn.bench;

import dev.posthorn.bench.attack.AttackBench;
import dev.posthorn.bench.delivery.DeliveryBench;
import dev.posthorn.bench.delivery.IdleBench;
import dev.posthorn.bench.delivery.IsolationBench;
import dev.posthorn.bench.hostile.HostileBench;
import dev.posthorn.bench.kill.KillBench;
import dev.posthorn.bench.server.ServerBench;
import dev.posthorn.bench.server.StartBench;
import dev.posthorn.bench.store.StoreBench;
import dev.posthorn.bench.transport.TransportCost;
import java.util.Arrays;

/** The benchmarks of {@code bin/posthorn bench}, by name. */
public final class Bench {
  private Bench() {}

  /**
   * Takes the name of a benchmark, if it is not {@code delivery}, and its arguments; among them
   * {@code --server} measures the server instead of the library.
   */
  public static void main(String[] given) throws Exception {
    boolean server = Arrays.asList(given).contains("--server");
    String[] args =
        Arrays.stream(given).filter(arg -> !arg.equals("--server")).toArray(String[]::new);
    boolean named = args.length > 0 && !args[0].startsWith("--");
    String name = (named ? args[0] : "delivery") + (server ? " --server" : "");
    String[] rest = named ? Arrays.copyOfRange(args, 1, args.length) : args;
    if (Arrays.asList(args).contains("--help")) {
      System.out.print(usage());
      return;
    }
    try {
      run(name, rest);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
    }
  }

  private static void run(String name, String[] args) throws Exception {
    switch (name) {
      case "delivery" -> DeliveryBench.main(args);
      case "delivery --server" -> ServerBench.main(args);
      case "kill" -> KillBench.main(args);
      case "kill --server" -> KillBench.server(args);
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
    bench --server %s
        the same, with the server as its own process and HTTP in front of both
    bench kill %s
        kills the library with SIGKILL under load, and counts lost and repeated deliveries
    bench kill --server %s
        the same with the server, over HTTP
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
            ServerBench.flags().usage(),
            KillBench.flags().usage(),
            KillBench.serverFlags().usage(),
            StartBench.flags().usage(),
            IsolationBench.flags().usage(),
            HostileBench.flags().usage(),
            AttackBench.flags().usage(),
            IdleBench.flags().usage());
  }
}
