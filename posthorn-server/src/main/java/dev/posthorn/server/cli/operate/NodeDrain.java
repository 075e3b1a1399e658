package dev.posthorn.server.cli.operate;

import dev.posthorn.PostgresqlOptions;
import dev.posthorn.internal.postgresql.nodes.NodeReads;
import dev.posthorn.store.postgresql.PostgresqlNode;
import dev.posthorn.store.postgresql.PostgresqlNodes;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The drain of one process of those that share a PostgreSQL schema. */
final class NodeDrain {
  private static final long LOOK_MILLIS = 100;
  private static final long REPORT_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final PostgresqlOptions options;
  private final PrintWriter progress;
  private final PostgresqlNodes nodes;
  private final PostgresqlNode node;

  private NodeDrain(
      PostgresqlOptions options, PrintWriter progress, PostgresqlNodes nodes, PostgresqlNode node) {
    this.options = options;
    this.progress = progress;
    this.nodes = nodes;
    this.node = node;
  }

  /**
   * Finds a process.
   *
   * @param named its name or id, or null for the process of this host
   * @throws IllegalArgumentException if there is none, or several have the name
   */
  static NodeDrain of(StoreFlags store, @Nullable String named, PrintWriter progress) {
    PostgresqlOptions options = store.options();
    PostgresqlNodes nodes = PostgresqlNodes.read(options);
    String name = named == null ? thisNode(options) : named;
    return new NodeDrain(options, progress, nodes, find(nodes.nodes(), name));
  }

  private static String thisNode(PostgresqlOptions options) {
    String configured = options.nodeName();
    if (configured != null) {
      return configured;
    }
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("this host has no name; name the process to drain", e);
    }
  }

  private static PostgresqlNode find(List<PostgresqlNode> nodes, String name) {
    List<PostgresqlNode> found =
        nodes.stream()
            .filter(one -> isNamed(one, name) || String.valueOf(one.id()).equals(name))
            .toList();
    if (found.size() == 1) {
      return found.getFirst();
    }
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          "no process with the name or id \""
              + name
              + "\" has the schema open; "
              + (nodes.isEmpty() ? "none has" : "these have: " + shown(nodes)));
    }
    throw new IllegalArgumentException(
        "several processes have the name \"" + name + "\"; use an id: " + shown(found));
  }

  /** Returns whether a name is that of a process, with or without its process id. */
  private static boolean isNamed(PostgresqlNode node, String name) {
    return node.name().equals(name) || node.name().startsWith(name + ",");
  }

  private static String shown(List<PostgresqlNode> nodes) {
    return nodes.stream()
        .map(one -> one.name() + " (" + one.id() + ")")
        .collect(Collectors.joining("; "));
  }

  /** Returns the name of the process. */
  String name() {
    return node.name();
  }

  /** Lets it take partitions again. */
  void cancel() {
    require(PostgresqlNodes.cancelDrain(options, node.id()));
  }

  /**
   * Begins the drain, and waits until it is complete.
   *
   * @return false if it is not after the timeout; it goes on
   * @throws IllegalArgumentException if no other process would take the partitions
   */
  boolean await(Duration timeout) throws InterruptedException {
    if (!nodes.hasOther(node.id())) {
      throw new IllegalArgumentException(
          node.name()
              + " is the only process that takes partitions: nothing would be delivered; start"
              + " another one first");
    }
    long begun = System.nanoTime();
    try (NodeReads reads = NodeReads.of(options)) {
      require(reads.drain(node.id(), true));
      long reported = begun;
      for (int left; (left = reads.owned(node.id())) > 0; ) { // 0 if it has ended, too
        long now = System.nanoTime();
        if (now - begun >= timeout.toNanos()) {
          return false;
        }
        if (now - reported >= REPORT_NANOS) {
          reported = now;
          progress.println(node.name() + " owns " + left + " partitions");
          progress.flush();
        }
        pause();
      }
    }
    return true;
  }

  private void require(boolean present) {
    if (!present) {
      throw new IllegalArgumentException(
          node.name() + " has ended, or another process has taken over from it");
    }
  }

  private static void pause() throws InterruptedException {
    // Nothing counts it down: this is a pause that an interrupt ends.
    var unused = new CountDownLatch(1).await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }
}
