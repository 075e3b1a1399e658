package dev.posthorn.bench.nodes;

import dev.posthorn.bench.kill.CountingReceiver;
import dev.posthorn.store.postgresql.PostgresqlNode;
import dev.posthorn.store.postgresql.PostgresqlNodes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Faults of nodes under load through all of them: SIGKILL again and again, SIGSTOP for longer than
 * the lease, a drain, SIGTERM, and a restart of the database. Counts by webhook-id what was lost
 * and what came twice, and measures how soon the applications of a node deliver again: a message
 * that was sent after the fault, through another node, has arrived for each of them.
 */
final class FaultRun {
  static final String PREFIX = "fault-";

  private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final Cluster cluster;
  private final Report report;
  private final Random random;
  private final int applications;
  private final double leaseSeconds;
  private final long maxInFlight;
  private final NodesLedger ledger;

  /**
   * Creates a run.
   *
   * @param ledger told of what arrives for the applications
   */
  FaultRun(Cluster cluster, Report report, Random random, Limits limits, NodesLedger ledger) {
    this.cluster = cluster;
    this.report = report;
    this.random = random;
    this.applications = limits.applications;
    this.leaseSeconds = limits.leaseSeconds;
    this.maxInFlight = limits.maxInFlight;
    this.ledger = ledger;
  }

  /**
   * Numbers that all servers have.
   *
   * @param applications the applications that are sent to
   * @param leaseSeconds the lease
   * @param maxInFlight the in-flight limit
   */
  record Limits(int applications, long leaseSeconds, long maxInFlight) {}

  /** Starts a receiver that tells a ledger. */
  static CountingReceiver receiver(NodesLedger ledger) throws IOException {
    return new CountingReceiver(ledger, 1);
  }

  /**
   * Makes all faults.
   *
   * @param killSeconds the time of kills
   * @param pauseSeconds the time between two of them
   * @param rate messages a second
   */
  void run(long killSeconds, long pauseSeconds, int rate) throws Exception {
    NodesLoad load = new NodesLoad(cluster.nodes(), rate, PREFIX, applications, ledger);
    try (load) {
      Cluster.await("messages arrive for each application", () -> ledger.resumed(all(), 0) != 0);
      kills(killSeconds, pauseSeconds);
      freeze();
      restartDatabase();
      drain();
      stop();
    }
    settle();
    report.add("messages accepted under faults", String.valueOf(ledger.count()));
    report.add("requests refused or unanswered meanwhile", String.valueOf(load.refused()));
    report.addPromise("accepted messages lost", ledger.missing(), 0);
  }

  private Set<Integer> all() {
    return IntStream.range(0, applications).boxed().collect(Collectors.toSet());
  }

  /** Returns a node that owns some of the applications, by chance. */
  private Node victim() {
    List<Node> running = new ArrayList<>(cluster.nodes());
    Collections.shuffle(running, random);
    Node[] found = new Node[1];
    Cluster.await(
        "a node owns something",
        () -> {
          for (Node node : running) {
            if (node.port() != 0 && !cluster.applicationsOf(node, PREFIX).isEmpty()) {
              found[0] = node;
              return true;
            }
          }
          return false;
        });
    return found[0];
  }

  private long awaitResumed(Set<Integer> owned, long from) {
    long[] at = new long[1];
    Cluster.await("applications deliver again", () -> (at[0] = ledger.resumed(owned, from)) != 0);
    return at[0] - from;
  }

  private void kills(long killSeconds, long pauseSeconds) throws InterruptedException {
    List<Long> times = new ArrayList<>();
    long most = 0;
    long all = 0;
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(killSeconds);
    while (System.nanoTime() < end) {
      Node node = victim();
      Set<Integer> owned = cluster.applicationsOf(node, PREFIX);
      long before = ledger.repeats();
      long killed = System.nanoTime();
      node.kill();
      times.add(awaitResumed(owned, killed));
      cluster.start(List.of(node));
      LockSupport.parkNanos(killed + TimeUnit.SECONDS.toNanos(pauseSeconds) - System.nanoTime());
      Cluster.await("it owns partitions", () -> cluster.owners().containsValue(node.name()));
      long repeats = ledger.repeats() - before;
      most = Math.max(most, repeats);
      all += repeats;
    }
    Collections.sort(times);
    report.add("kills", String.valueOf(times.size()));
    report.add("killed: delivers again, median", Report.seconds(times.get(times.size() / 2)));
    report.addTime("killed: delivers again, most", times.getLast(), leaseSeconds + 1);
    report.add(
        "killed: repeats, mean", String.format(Locale.ROOT, "%.1f", (double) all / times.size()));
    report.addPromise("killed: repeats, most", most, maxInFlight);
  }

  private void freeze() throws IOException, InterruptedException {
    Node node = victim();
    Set<Integer> owned = cluster.applicationsOf(node, PREFIX);
    long before = ledger.repeats();
    long frozen = System.nanoTime();
    node.signal("STOP");
    try {
      report.addTime("frozen: delivers again", awaitResumed(owned, frozen), leaseSeconds + 1);
    } finally {
      node.signal("CONT");
    }
    Cluster.await("it owns partitions again", () -> cluster.owners().containsValue(node.name()));
    awaitResumed(all(), System.nanoTime());
    report.addPromise("frozen: repeats", ledger.repeats() - before, maxInFlight);
  }

  private void restartDatabase() throws IOException {
    long before = ledger.repeats();
    long began = System.nanoTime();
    cluster.restartDatabase();
    long up = System.nanoTime();
    report.add("database restarted: it was away", Report.seconds(up - began));
    report.add("database restarted: all deliver again", Report.seconds(awaitResumed(all(), up)));
    report.addPromise(
        "database restarted: repeats",
        ledger.repeats() - before,
        maxInFlight * cluster.nodes().size());
    Cluster.await("all partitions are owned", () -> cluster.owners().size() == 256);
  }

  private void drain() {
    Node node = victim();
    Set<Integer> owned = cluster.applicationsOf(node, PREFIX);
    long id =
        PostgresqlNodes.read(cluster.options()).nodes().stream()
            .filter(one -> one.name().startsWith(node.name() + ","))
            .mapToLong(PostgresqlNode::id)
            .findFirst()
            .orElseThrow();
    long began = System.nanoTime();
    PostgresqlNodes.drain(cluster.options(), id);
    Cluster.await("it owns nothing", () -> !cluster.owners().containsValue(node.name()));
    report.add("drained: it owns nothing", Report.seconds(System.nanoTime() - began));
    report.addTime("drained: longest delivery of its applications", longest(owned, began), 1);
    node.stop();
    cluster.start(List.of(node));
    Cluster.await("it owns partitions", () -> cluster.owners().containsValue(node.name()));
  }

  private void stop() {
    Node node = victim();
    Set<Integer> owned = cluster.applicationsOf(node, PREFIX);
    long began = System.nanoTime();
    CompletableFuture<Void> stopped =
        CompletableFuture.runAsync(node::stop, task -> Thread.ofPlatform().start(task));
    report.addTime("stopped: longest delivery of its applications", longest(owned, began), 1);
    stopped.join();
  }

  /** Returns the longest delivery of what is sent in the seconds after an event. */
  private long longest(Set<Integer> owned, long began) {
    long until = began + QUIET_NANOS;
    LockSupport.parkNanos(until - System.nanoTime());
    long[] longest = new long[1];
    Cluster.await(
        "all that was sent arrives", () -> (longest[0] = ledger.longest(owned, began, until)) >= 0);
    return longest[0];
  }

  /** Waits until everything has arrived, or nothing comes any more. */
  private void settle() {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (ledger.missing() > 0 && System.nanoTime() < end) {
      LockSupport.parkNanos(50_000_000);
    }
  }
}
