package dev.posthorn.bench.nodes;

import dev.posthorn.bench.Flags;
import dev.posthorn.bench.delivery.TimingReceiver;
import dev.posthorn.bench.kill.CountingReceiver;
import dev.posthorn.bench.server.ApiConnection;
import dev.posthorn.bench.server.ServerProcess;
import java.io.IOException;
import java.util.List;
import java.util.Random;

/**
 * Runs servers on one PostgreSQL database, which syncs its files, on the processors of this
 * machine, and prints a table: the rate of all of them beside that of one, the time of a message
 * that another node accepts, changes of settings while messages flow, and what faults cost.
 *
 * <p>Ends with 1 if anything was lost, or a figure is beyond its budget. A part whose number is 0
 * is left out.
 */
public final class NodesBench {
  private final Flags flags;
  private final Random random;
  private final Report report = new Report();

  private NodesBench(Flags flags) {
    this.flags = flags;
    this.random = new Random(flags.get("--seed"));
  }

  /** Returns the flags that there are. */
  public static Flags flags() {
    return new Flags()
        .with("--nodes", 3)
        .with("--warm-up", 20)
        .with("--seconds", 10)
        .with("--rate", 500)
        .with("--changes", 1_000)
        .with("--kill-seconds", 120)
        .with("--pause-seconds", 6)
        .with("--lease-seconds", 3)
        .with("--applications", 48)
        .with("--permits", 1_024)
        .with("--seed", System.nanoTime() & 0xFFFF_FFFFL);
  }

  /** Runs the benchmark; see the class comment. */
  public static void main(String[] args) throws Exception {
    System.exit(run(args).isGood() ? 0 : 1);
  }

  /** Runs the benchmark, and prints the table; returns it. */
  static Report run(String... args) throws Exception {
    return new NodesBench(flags().parse(args)).run();
  }

  private Report run() throws Exception {
    System.out.printf(
        "%d nodes on %d processors, lease %d s, in-flight limit %d, seed %d%n%n",
        flags.get("--nodes"),
        Runtime.getRuntime().availableProcessors(),
        flags.get("--lease-seconds"),
        flags.get("--permits"),
        flags.get("--seed"));
    NodesLedger ledger = new NodesLedger(flags.number("--applications"));
    try (CountingReceiver counting = FaultRun.receiver(ledger);
        TimingReceiver timing = TimingReceiver.start(ThroughputRun.BYTES);
        Cluster cluster =
            Cluster.create(
                flags.number("--nodes"), flags.get("--lease-seconds"), flags.get("--permits"))) {
      Node first = cluster.nodes().getFirst();
      cluster.start(List.of(first));
      SettingsRun settings = new SettingsRun(cluster, report);
      setUp(first.port(), counting.port(), timing.port(), settings);
      throughput(cluster, timing);
      if (flags.get("--changes") > 0) {
        settings.run(flags.number("--changes"), flags.number("--rate"));
      }
      if (flags.get("--kill-seconds") > 0) {
        faults(cluster, ledger);
      }
      cluster.nodes().forEach(Node::endQuietly);
      BatchCost.measure(cluster.database(), report, 2_000);
    }
    System.out.print(report.table());
    System.out.println(
        !report.isAsPromised()
            ? "NOT AS PROMISED; see above"
            : report.isGood() ? "nothing was lost" : "nothing was lost; a budget was missed");
    return report;
  }

  private void throughput(Cluster cluster, TimingReceiver receiver) throws IOException {
    List<Node> all = cluster.nodes();
    ThroughputRun run =
        new ThroughputRun(cluster, report, receiver, flags.number("--applications"));
    int warmUp = flags.number("--warm-up");
    int seconds = flags.number("--seconds");
    double one = seconds > 0 ? run.one(warmUp, seconds) : 0;
    cluster.start(all.subList(1, all.size()));
    cluster.awaitShares(all);
    if (seconds > 0) {
      run.all(one, warmUp, seconds);
      run.acrossNodes(flags.number("--rate"), seconds);
      run.acrossNodes(Math.max(all.size(), flags.number("--rate") / 50), seconds);
    }
  }

  private void faults(Cluster cluster, NodesLedger ledger) throws Exception {
    FaultRun.Limits limits =
        new FaultRun.Limits(
            flags.number("--applications"), flags.get("--lease-seconds"), flags.get("--permits"));
    new FaultRun(cluster, report, random, limits, ledger)
        .run(flags.get("--kill-seconds"), flags.get("--pause-seconds"), flags.number("--rate"));
  }

  /** Creates the applications and endpoints of all parts. */
  private void setUp(int port, int counting, int timing, SettingsRun settings) throws IOException {
    int applications = flags.number("--applications");
    try (ApiConnection api = new ApiConnection(port, ServerProcess.token())) {
      // As many types as an endpoint may have one after the other, and the one of all others.
      api.createEventTypes(SettingsRun.TYPE, flags.number("--changes") / applications + 2);
      for (int i = 0; i < applications; i++) {
        create(api, FaultRun.PREFIX + i, counting, i, "");
        create(api, ThroughputRun.PREFIX + i, timing, i, "");
        String endpoint =
            create(
                api,
                SettingsRun.PREFIX + i,
                counting,
                0,
                ",\"filterTypes\":[\"" + SettingsRun.TYPE + "0\"]");
        settings.add(SettingsRun.PREFIX + i, endpoint);
      }
    }
  }

  private static String create(
      ApiConnection api, String application, int receiver, int number, String more)
      throws IOException {
    api.post("/api/v1/app", "{\"name\":\"" + application + "\",\"uid\":\"" + application + "\"}")
        .good();
    String url = "http://127.0.0.1:" + receiver + "/hooks/" + number;
    return api.post(
            "/api/v1/app/" + application + "/endpoint", "{\"url\":\"" + url + "\"" + more + "}")
        .good()
        .text("id");
  }
}
