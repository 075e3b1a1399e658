package dev.posthorn.bench.hostile;

import dev.posthorn.bench.delivery.TimingReceiver;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * The time that each message of the healthy endpoint spends at each stage of its way to the
 * receiver. The time in its body tells messages apart. Thread-safe.
 */
final class DeliveryTrace {
  /** The share of the slowest messages whose stages are shown apart. */
  private static final double SLOWEST = 0.02;

  private final Map<Long, Way> ways = new ConcurrentHashMap<>();
  private final Queue<Way> done = new ConcurrentLinkedQueue<>();

  /** The stages, in order. */
  enum Stage {
    OTHER_COMMITS("waits while others are committed"),
    UPKEEP("waits for upkeep of the store"),
    WRITER("waits for the writer otherwise"),
    COMMIT("its own commit"),
    TELLING("waits until its batch has told all"),
    LOOP("waits for its event loop"),
    NETWORK("request, until the receiver has read it");

    private final String title;

    Stage(String title) {
      this.title = title;
    }
  }

  /** The way of one message: each part is written by one thread after the other. */
  static final class Way {
    private final Map<Stage, Long> spent = new EnumMap<>(Stage.class);
    private long committed;
    private long told;
    private long requested;

    private long at(Stage stage) {
      return spent.getOrDefault(stage, 0L);
    }

    private long total() {
      return spent.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  /** Returns the time at which a body was made, or 0 if it is not one of the healthy endpoint's. */
  static long sentAt(byte[] body) {
    return body.length > 0 && body[0] >= '0' && body[0] <= '9' ? TimingReceiver.timeIn(body) : 0;
  }

  /** Takes note that a message is committed, with what the writer did before. */
  void committed(long sent, long begin, long end, WriterLog writer) {
    Way way = new Way();
    long commits = writer.spent(WriterLog.Work.COMMIT, sent, begin);
    long upkeep = writer.spent(WriterLog.Work.UPKEEP, sent, begin);
    way.spent.put(Stage.OTHER_COMMITS, commits);
    way.spent.put(Stage.UPKEEP, upkeep);
    way.spent.put(Stage.WRITER, begin - sent - commits - upkeep);
    way.spent.put(Stage.COMMIT, end - begin);
    way.committed = end;
    ways.put(sent, way);
  }

  /** Takes note that the writer has told everybody of a commit. */
  void told(long sent, long now) {
    Way way = ways.get(sent);
    if (way != null) {
      way.told = now;
    }
  }

  /** Takes note that the request of a message begins; returns its way, or null. */
  @Nullable Way requested(long sent, long now) {
    Way way = ways.remove(sent);
    if (way != null) {
      way.requested = now;
    }
    return way;
  }

  /** Takes note of when the receiver read a message. */
  void received(Way way, long now) {
    long told = way.told == 0 ? way.committed : Math.min(way.told, way.requested);
    way.spent.put(Stage.TELLING, told - way.committed);
    way.spent.put(Stage.LOOP, way.requested - told);
    way.spent.put(Stage.NETWORK, now - way.requested);
    done.add(way);
  }

  /** Forgets what was recorded so far. */
  void clear() {
    done.clear();
  }

  /** Prints the stages of the messages since the last call. */
  void print() {
    List<Way> all = new ArrayList<>();
    for (Way way; (way = done.poll()) != null; ) {
      all.add(way);
    }
    if (all.isEmpty()) {
      return;
    }
    all.sort(Comparator.comparingLong(Way::total));
    List<Way> slowest =
        all.subList(all.size() - Math.max(1, (int) (all.size() * SLOWEST)), all.size());
    System.out.printf(
        "  %-40s %8s %8s   mean of the slowest %.0f %%%n", "stage", "p50", "p99", SLOWEST * 100);
    for (Stage stage : Stage.values()) {
      long[] sorted = all.stream().mapToLong(way -> way.at(stage)).sorted().toArray();
      System.out.printf(
          Locale.ROOT,
          "  %-40s %5.2f ms %5.2f ms   %6.2f ms%n",
          stage.title,
          sorted[sorted.length / 2] / 1e6,
          sorted[(int) (sorted.length * 0.99)] / 1e6,
          slowest.stream().mapToLong(way -> way.at(stage)).average().orElse(0) / 1e6);
    }
  }
}
