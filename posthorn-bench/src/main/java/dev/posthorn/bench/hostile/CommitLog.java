package dev.posthorn.bench.hostile;

import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.PartitionBatch;
import dev.posthorn.spi.store.rows.MessageRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** The durations of commits and of upkeep, and what the longest commits wrote. Thread-safe. */
final class CommitLog {
  private static final int SHOWN = 4;

  private final List<Long> upkeep = new ArrayList<>();
  private final List<Commit> commits = new ArrayList<>();

  /** A commit, and what it wrote. */
  private record Commit(long nanos, Rows rows) {}

  private record Rows(
      int messages, long bytes, int hot, int parked, int removed, int attempts, int settings) {
    static Rows of(Batch batch) {
      Rows all = new Rows(0, 0, 0, 0, 0, 0, batch.settings.size());
      for (PartitionBatch part : batch.partitions()) {
        all = all.and(part);
      }
      return all;
    }

    private Rows and(PartitionBatch part) {
      long more = 0;
      for (MessageRow message : part.messages) {
        byte[] body = message.body();
        more += body == null ? 0 : body.length;
      }
      return new Rows(
          messages + part.messages.size(),
          bytes + more,
          hot + part.hot.size(),
          parked + part.parked.size(),
          removed + part.hotRemovals.size() + part.parkedRemovals.size(),
          attempts + part.attempts.size(),
          settings);
    }
  }

  /** Adds a commit that took some time. */
  synchronized void committed(Batch batch, long nanos) {
    commits.add(new Commit(nanos, Rows.of(batch)));
  }

  /** Adds a slice of upkeep that took some time. */
  synchronized void tended(long nanos) {
    upkeep.add(nanos);
  }

  /** Forgets all so far. */
  synchronized void clear() {
    commits.clear();
    upkeep.clear();
  }

  /** Prints what there was, and forgets it. */
  synchronized void print() {
    if (commits.isEmpty()) {
      return;
    }
    commits.sort(Comparator.comparingLong(Commit::nanos));
    upkeep.sort(Comparator.naturalOrder());
    System.out.printf(
        "  %d commits: %s; %d slices of upkeep: %s%n",
        commits.size(),
        quantiles(commits.stream().map(Commit::nanos).toList()),
        upkeep.size(),
        quantiles(upkeep));
    for (Commit commit : commits.reversed().subList(0, Math.min(SHOWN, commits.size()))) {
      Rows rows = commit.rows;
      System.out.printf(
          Locale.ROOT,
          "    %.1f ms: %d messages with %d KB, %d hot, %d parked, %d removed, %d attempts,"
              + " %d settings%n",
          commit.nanos / 1e6,
          rows.messages,
          rows.bytes >> 10,
          rows.hot,
          rows.parked,
          rows.removed,
          rows.attempts,
          rows.settings);
    }
    clear();
  }

  private static String quantiles(List<Long> sorted) {
    if (sorted.isEmpty()) {
      return "none";
    }
    return String.format(
        Locale.ROOT,
        "p50 %.2f, p99 %.2f, p99.9 %.2f, longest %.1f ms, together %.0f ms",
        at(sorted, 0.5),
        at(sorted, 0.99),
        at(sorted, 0.999),
        at(sorted, 1),
        sorted.stream().mapToLong(Long::longValue).sum() / 1e6);
  }

  private static double at(List<Long> sorted, double part) {
    return sorted.get(Math.min(sorted.size() - 1, (int) (sorted.size() * part))) / 1e6;
  }
}
