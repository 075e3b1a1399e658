package dev.posthorn.bench.hostile;

import dev.posthorn.bench.delivery.TimingReceiver;
import java.util.ArrayList;
import java.util.Comparator;
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
  private static final double SLOWEST = 0.01;

  private final Map<Long, Way> ways = new ConcurrentHashMap<>();
  private final Queue<Way> done = new ConcurrentLinkedQueue<>();
  private final boolean watches;
  private volatile @Nullable ThreadTimes writer;
  private volatile @Nullable ThreadTimes loop;

  /**
   * Creates a trace.
   *
   * @param watches whether to look at the processor's time of the threads on the way
   */
  DeliveryTrace(boolean watches) {
    this.watches = watches;
  }

  /** Returns the time at which a body was made, or 0 if it is not one of the healthy endpoint's. */
  static long sentAt(byte[] body) {
    return body.length > 0 && body[0] >= '0' && body[0] <= '9' ? TimingReceiver.timeIn(body) : 0;
  }

  /** Takes note that a message is handed in now. */
  void sending(long sent) {
    ways.put(sent, new Way(sent, ThreadTimes.now(writer)));
  }

  /** Returns the sums of the writer now. Writer only. */
  ThreadTimes.Times writerTimes() {
    if (watches && writer == null) {
      writer = ThreadTimes.ofThisThread();
    }
    return ThreadTimes.now(writer);
  }

  /** Takes note that a message is committed, with what the writer did before. */
  void committed(long sent, Way.Span commit, WriterLog log) {
    Way way = ways.get(sent);
    if (way != null) {
      way.committed(
          commit,
          log.spent(WriterLog.Work.COMMIT, sent, commit.begin()),
          log.spent(WriterLog.Work.UPKEEP, sent, commit.begin()),
          ThreadTimes.now(loop));
    }
  }

  /** Takes note that the writer has told everybody of a commit. */
  void told(long sent, long now) {
    Way way = ways.get(sent);
    if (way != null) {
      way.told(now);
    }
  }

  /** Takes note that the request of a message begins; returns its way, or null. */
  @Nullable Way requested(long sent, long now) {
    Way way = ways.remove(sent);
    if (way != null) {
      if (watches && loop == null) {
        loop = ThreadTimes.ofThisThread();
      }
      way.requested(now, ThreadTimes.now(loop));
    }
    return way;
  }

  /** Takes note of when the receiver read a message. */
  void received(Way way, long now) {
    way.received(now);
    done.add(way);
  }

  /** Forgets what was recorded so far. */
  void clear() {
    done.clear();
  }

  /** Prints the stages of the messages since the last call; returns the slowest. */
  List<Way> print() {
    List<Way> all = new ArrayList<>();
    for (Way way; (way = done.poll()) != null; ) {
      all.add(way);
    }
    if (all.isEmpty()) {
      return all;
    }
    all.sort(Comparator.comparingLong(Way::total));
    List<Way> slowest =
        all.subList(all.size() - Math.max(1, (int) (all.size() * SLOWEST)), all.size());
    System.out.printf(
        "  %-40s %8s %8s   slowest %.0f %%: %8s   longest of all stages%n",
        "stage", "p50", "p99", SLOWEST * 100, "mean");
    for (Way.Stage stage : Way.Stage.values()) {
      long[] sorted = all.stream().mapToLong(way -> way.at(stage)).sorted().toArray();
      System.out.printf(
          Locale.ROOT,
          "  %-40s %5.2f ms %5.2f ms   %18.2f ms   %3.0f %%%n",
          stage.title,
          sorted[sorted.length / 2] / 1e6,
          sorted[(int) (sorted.length * 0.99)] / 1e6,
          slowest.stream().mapToLong(way -> way.at(stage)).average().orElse(0) / 1e6,
          100.0 * slowest.stream().filter(way -> way.longest() == stage).count() / slowest.size());
    }
    return slowest;
  }
}
