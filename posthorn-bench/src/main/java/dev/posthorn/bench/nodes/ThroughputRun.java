package dev.posthorn.bench.nodes;

import dev.posthorn.bench.delivery.Latencies;
import dev.posthorn.bench.delivery.TimingReceiver;
import dev.posthorn.bench.server.ApiConnection;
import dev.posthorn.bench.server.HttpLoad;
import dev.posthorn.bench.server.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The rate of one node and of all of them on the same processors, and the time that a message takes
 * that a node accepts for a partition of another one.
 */
final class ThroughputRun {
  static final String PREFIX = "rate-";
  static final int BYTES = 1_024;

  /**
   * So many that the processors limit the rate, not the time that a message waits for its owner.
   */
  private static final int OUTSTANDING = 2_048;

  private static final double LEAST_SHARE = 0.8;
  private static final long MOST_MILLIS = 60;

  private final Cluster cluster;
  private final Report report;
  private final TimingReceiver receiver;
  private final int applications;

  ThroughputRun(Cluster cluster, Report report, TimingReceiver receiver, int applications) {
    this.cluster = cluster;
    this.report = report;
    this.receiver = receiver;
    this.applications = applications;
  }

  private static byte[] request(int application) {
    String around = "{" + HttpLoad.MARK + "1".repeat(19) + "\",\"text\":\"";
    String payload = around + "x".repeat(BYTES - around.length() - 2) + "\"}";
    return ApiConnection.request(
        "POST",
        "/api/v1/app/" + PREFIX + application + "/msg",
        ServerProcess.token(),
        "{\"eventType\":\"bench.t\",\"payload\":" + payload + "}");
  }

  /**
   * Returns the messages a second that come through one node, after a warm-up, and reports them.
   */
  double one(int warmUpSeconds, int seconds) throws IOException {
    return rate("one node", cluster.nodes().subList(0, 1), this::requests, warmUpSeconds, seconds);
  }

  /**
   * Compares the rate of all nodes with that of one. Each gets a part of the load and of the
   * processors, so that it takes as many times longer until all have compiled their code.
   */
  void all(double one, int warmUpSeconds, int seconds) throws IOException {
    int count = cluster.nodes().size();
    String nodes = count + " nodes on the same processors";
    double all = rate(nodes, cluster.nodes(), this::requests, count * warmUpSeconds, seconds);
    report.add(
        nodes + ", beside one",
        String.format(Locale.ROOT, "%.0f %%", 100 * all / one),
        ">= 80 %",
        all >= LEAST_SHARE * one);
    String owners = "the same, each message through its owner";
    rate(owners, cluster.nodes(), this::requestsOfOwner, 1, seconds);
  }

  private double rate(
      String what,
      List<Node> nodes,
      Function<Node, List<byte[]>> requests,
      int warmUpSeconds,
      int seconds)
      throws IOException {
    Map<Integer, List<byte[]>> targets = new LinkedHashMap<>();
    nodes.forEach(node -> targets.put(node.port(), requests.apply(node)));
    try (HttpLoad load = new HttpLoad(targets)) {
      run(load, 0, warmUpSeconds);
      long sent = load.sent();
      Spent before = Spent.read(cluster, nodes);
      double rate = run(load, 0, seconds);
      String cost = Spent.read(cluster, nodes).each(before, load.sent() - sent);
      report.add(what, String.format(Locale.ROOT, "%.0f/s", rate));
      report.add("  CPU of nodes, database, sender and receiver; log; commits", cost);
      return rate;
    }
  }

  private double run(HttpLoad load, int rate, int seconds) throws IOException {
    long before = receiver.received() - load.sent();
    return load.run(rate, seconds, OUTSTANDING, () -> receiver.received() - before);
  }

  /** Sends at a rate, each message through a node that does not own its partition. */
  void acrossNodes(int rate, int seconds) throws IOException {
    receiver.times();
    long before = receiver.received();
    List<HttpLoad> loads = new ArrayList<>();
    for (Node node : cluster.nodes()) {
      loads.add(new HttpLoad(List.of(node.port()), requestsOfOthers(node)));
    }
    List<CompletableFuture<Void>> done = new ArrayList<>();
    long[] sent = new long[loads.size()];
    for (int i = 0; i < loads.size(); i++) {
      int index = i;
      done.add(
          CompletableFuture.runAsync(
              () -> {
                try {
                  sent[index] = loads.get(index).send(rate / loads.size(), seconds);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              },
              task -> Thread.ofPlatform().start(task)));
    }
    done.forEach(CompletableFuture::join);
    long all = Arrays.stream(sent).sum();
    Cluster.await("all has arrived", () -> receiver.received() - before >= all);
    for (HttpLoad load : loads) {
      load.close();
    }
    Latencies times = receiver.times();
    double p99 = times.quantileMicros(0.99) / 1e3;
    report.add(
        "through another node at " + rate + "/s: p50, p99",
        String.format(Locale.ROOT, "%.1f, %.1f ms", times.quantileMicros(0.5) / 1e3, p99),
        "p99 <= " + MOST_MILLIS + " ms",
        p99 <= MOST_MILLIS);
  }

  private List<byte[]> requests(Node node) {
    return IntStream.range(0, applications).mapToObj(ThroughputRun::request).toList();
  }

  private List<byte[]> requestsOfOwner(Node node) {
    return cluster.applicationsOf(node, PREFIX).stream().map(ThroughputRun::request).toList();
  }

  private List<byte[]> requestsOfOthers(Node node) {
    Set<Integer> owned = cluster.applicationsOf(node, PREFIX);
    return IntStream.range(0, applications)
        .filter(application -> !owned.contains(application))
        .mapToObj(ThroughputRun::request)
        .toList();
  }
}
