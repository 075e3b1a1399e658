package dev.posthorn.bench.nodes;

import dev.posthorn.PostgresqlOptions;
import dev.posthorn.testkit.postgresql.EmbeddedPostgresql;
import dev.posthorn.testkit.postgresql.TestDatabase;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A PostgreSQL server that syncs its files, and nodes on it. */
final class Cluster implements AutoCloseable {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(90);
  private static final int PARTITIONS = 256;

  private final EmbeddedPostgresql server;
  private final TestDatabase database;
  private final List<Node> nodes = new ArrayList<>();

  private Cluster(EmbeddedPostgresql server, int count, long leaseSeconds, long maxInFlight) {
    this.server = server;
    this.database = server.createDatabase();
    List<String> flags =
        List.of(
            "--store",
            database.url(),
            "--single-owner",
            "false",
            "--lease",
            leaseSeconds + "s",
            "--max-in-flight",
            String.valueOf(maxInFlight),
            "--log-level",
            "error");
    for (int i = 1; i <= count; i++) {
      nodes.add(new Node("node-" + i, flags));
    }
  }

  /** Starts the database; no node runs so far. */
  static Cluster create(int count, long leaseSeconds, long maxInFlight) throws IOException {
    EmbeddedPostgresql server = EmbeddedPostgresql.builder().sync(true).start();
    return new Cluster(server, count, leaseSeconds, maxInFlight);
  }

  List<Node> nodes() {
    return nodes;
  }

  TestDatabase database() {
    return database;
  }

  PostgresqlOptions options() {
    return PostgresqlOptions.of(database.url());
  }

  /** Starts nodes at the same time, and waits until they are ready. */
  void start(List<Node> starting) {
    List<CompletableFuture<Void>> started = new ArrayList<>();
    for (Node node : starting) {
      started.add(
          CompletableFuture.runAsync(
              () -> {
                try {
                  node.start();
                } catch (IOException e) {
                  throw new IllegalStateException(e);
                }
              },
              task -> Thread.ofPlatform().start(task)));
    }
    started.forEach(CompletableFuture::join);
  }

  /** Restarts the database, as an administrator does. */
  void restartDatabase() throws IOException {
    server.stop();
    server.startServer();
  }

  /** Returns the name of the node that owns each partition that has an owner. */
  Map<Integer, String> owners() {
    Map<Integer, String> owners = new HashMap<>();
    for (String row :
        rows(
            "SELECT a.partition || ' ' || split_part(n.host, ',', 1) FROM posthorn.assignment a"
                + " JOIN posthorn.node n ON n.id = a.node")) {
      int space = row.indexOf(' ');
      owners.put(Integer.parseInt(row.substring(0, space)), row.substring(space + 1));
    }
    return owners;
  }

  /** Returns the partitions of applications, by the numbers at the end of their uids. */
  Map<Integer, Integer> partitions(String prefix) {
    Map<Integer, Integer> partitions = new HashMap<>();
    for (String row :
        rows(
            "SELECT u.uid || ' ' || a.partition FROM posthorn.application_uid u"
                + " JOIN posthorn.application a ON a.id = u.application")) {
      int space = row.indexOf(' ');
      if (row.startsWith(prefix)) {
        partitions.put(
            Integer.parseInt(row.substring(prefix.length(), space)),
            Integer.parseInt(row.substring(space + 1)));
      }
    }
    return partitions;
  }

  /** Returns the applications that a node owns now. */
  Set<Integer> applicationsOf(Node node, String prefix) {
    Map<Integer, String> owners = owners();
    Set<Integer> owned = new HashSet<>();
    partitions(prefix)
        .forEach(
            (application, partition) -> {
              if (node.name().equals(owners.get(partition))) {
                owned.add(application);
              }
            });
    return owned;
  }

  private List<String> rows(String sql) {
    return database.query(sql).stream().map(Objects::requireNonNull).toList();
  }

  /** Waits until all partitions are owned, by these nodes in even shares. */
  void awaitShares(List<Node> owners) {
    int share = Math.ceilDiv(PARTITIONS, owners.size());
    await(
        "the partitions are shared evenly",
        () -> {
          Map<String, Integer> counts = new HashMap<>();
          owners().values().forEach(owner -> counts.merge(owner, 1, Integer::sum));
          return counts.values().stream().mapToInt(Integer::intValue).sum() == PARTITIONS
              && owners.stream()
                  .allMatch(
                      node ->
                          counts.getOrDefault(node.name(), 0) > 0
                              && counts.getOrDefault(node.name(), 0) <= share);
        });
  }

  /** Waits for a condition. */
  static void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new IllegalStateException("not within 90 s: " + what);
      }
      LockSupport.parkNanos(20_000_000);
    }
  }

  @Override
  public void close() {
    nodes.forEach(Node::endQuietly);
    server.close();
  }
}
