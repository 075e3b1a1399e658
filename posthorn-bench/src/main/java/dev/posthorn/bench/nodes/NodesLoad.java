package dev.posthorn.bench.nodes;

import dev.posthorn.bench.server.ApiConnection;
import dev.posthorn.bench.server.ServerProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Messages at a fixed rate through all nodes that run, each from several connections that wait for
 * their answers. What is accepted is noted.
 */
final class NodesLoad implements AutoCloseable {
  private static final int CONNECTIONS_PER_NODE = 12;
  private static final int TEXT_BYTES = 1_000;
  private static final long PAUSE_NANOS = 20_000_000;
  private static final long MOST_BEHIND_NANOS = 1_000_000_000;

  private final NodesLedger ledger;
  private final String prefix;
  private final int applications;
  private final long intervalNanos;
  private final AtomicLong nextAt = new AtomicLong(System.nanoTime());
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicLong refused = new AtomicLong();
  private volatile boolean stopped;

  /**
   * Starts to send.
   *
   * @param rate messages a second, through all nodes together
   * @param prefix what the uids of the applications begin with; numbers from 0 on follow
   */
  NodesLoad(List<Node> nodes, int rate, String prefix, int applications, NodesLedger ledger) {
    this.ledger = ledger;
    this.prefix = prefix;
    this.applications = applications;
    this.intervalNanos = 1_000_000_000L / rate;
    for (Node node : nodes) {
      for (int i = 0; i < CONNECTIONS_PER_NODE; i++) {
        threads.add(Thread.ofPlatform().daemon().start(() -> sendAll(node)));
      }
    }
  }

  /** Returns how many requests were answered with anything but 202, or not at all. */
  long refused() {
    return refused.get();
  }

  private void sendAll(Node node) {
    while (!stopped) {
      int port = node.port();
      if (port != 0) {
        try (ApiConnection connection = new ApiConnection(port, ServerProcess.token())) {
          while (!stopped && node.port() == port) {
            awaitTurn();
            send(connection);
          }
        } catch (IOException e) {
          refused.incrementAndGet(); // it was killed, or stops
        }
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /** Waits until the next message is due. After an outage, not all is made up for. */
  private void awaitTurn() {
    long now = System.nanoTime();
    long turn =
        nextAt.getAndUpdate(next -> Math.max(next, now - MOST_BEHIND_NANOS) + intervalNanos);
    for (long left; (left = turn - System.nanoTime()) > 0 && !stopped; ) {
      LockSupport.parkNanos(left);
    }
  }

  private void send(ApiConnection connection) throws IOException {
    int application = ThreadLocalRandom.current().nextInt(applications);
    long sent = System.nanoTime();
    ApiConnection.Reply reply =
        connection.post(
            "/api/v1/app/" + prefix + application + "/msg",
            "{\"eventType\":\"bench.t\",\"payload\":{\"text\":\""
                + "x".repeat(TEXT_BYTES)
                + "\"}}");
    if (reply.status() == 202) {
      ledger.accepted(reply.text("id"), application, sent);
    } else {
      refused.incrementAndGet();
    }
  }

  /** Sends no more, and waits for the answers. */
  @Override
  public void close() {
    stopped = true;
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
