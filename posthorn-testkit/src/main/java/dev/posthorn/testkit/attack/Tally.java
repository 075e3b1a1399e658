package dev.posthorn.testkit.attack;

import java.util.Collection;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The results of one kind of attack. Thread-safe. */
public final class Tally {
  private static final int SHOWN = 5;

  private final String name;
  private final Map<Integer, Long> statuses = new TreeMap<>();
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
  private long connections;
  private long closed;

  Tally(String name) {
    this.name = name;
  }

  /** Returns the kind of attack. */
  public String name() {
    return name;
  }

  synchronized void connected() {
    connections++;
  }

  synchronized void closed() {
    closed++;
  }

  synchronized void answered(String request, Reply reply) {
    statuses.merge(reply.status(), 1L, Long::sum);
    if (reply.status() >= 500 && reply.status() != 503) {
      failed(request + ": " + reply);
    }
  }

  void failed(String what) {
    if (wrong.size() < SHOWN) {
      wrong.add(name + ": " + what);
    }
  }

  /** Returns how many connections were made, and requests answered. */
  public synchronized long done() {
    return connections + statuses.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Returns the first answers that show a defect: 5xx other than 503; empty if there is none. */
  public Collection<String> wrong() {
    return wrong;
  }

  @Override
  public synchronized String toString() {
    return "%-28s %6d connections, %6d closed by the server, answers %s"
        .formatted(name, connections, closed, statuses);
  }
}
