package dev.posthorn.bench.hostile;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Times for which the threads of some processes ran, and for which they were ready and waited for a
 * processor, as Linux counts them. Elsewhere there are no figures.
 */
final class RunQueues {
  private static final double LEAST_SHARE = 0.002;

  private final Map<String, ProcessHandle> processes = new LinkedHashMap<>();
  private Map<String, Figures> before = Map.of();
  private long since = System.nanoTime();

  /** Sums of all threads of one kind, in nanoseconds; and how often they began to run. */
  private record Figures(long ran, long waited, long times) {
    static final Figures NONE = new Figures(0, 0, 0);

    Figures plus(Figures more) {
      return new Figures(ran + more.ran, waited + more.waited, times + more.times);
    }

    Figures minus(Figures less) {
      return new Figures(ran - less.ran, waited - less.waited, times - less.times);
    }
  }

  /** Adds a process; its threads are shown by their names if its own name is empty. */
  RunQueues with(String name, ProcessHandle process) {
    processes.put(name, process);
    return this;
  }

  /** Prints what has happened since the last call. */
  void print() throws IOException {
    Map<String, Figures> now = read();
    double nanos = System.nanoTime() - since;
    now.forEach(
        (name, figures) -> {
          Figures more = figures.minus(before.getOrDefault(name, Figures.NONE));
          if (more.ran + more.waited > nanos * LEAST_SHARE) {
            System.out.printf(
                Locale.ROOT,
                "  %-28s ran %5.1f %%, ready and waiting %5.1f %%, %6.0f times a second, waited"
                    + " %.3f ms each%n",
                name,
                100 * more.ran / nanos,
                100 * more.waited / nanos,
                more.times / (nanos / 1e9),
                more.waited / 1e6 / Math.max(1, more.times));
          }
        });
    before = now;
    since = System.nanoTime();
  }

  /** Begins anew. */
  void clear() throws IOException {
    before = read();
    since = System.nanoTime();
  }

  private Map<String, Figures> read() throws IOException {
    Map<String, Figures> all = new TreeMap<>();
    for (Map.Entry<String, ProcessHandle> process : processes.entrySet()) {
      Path tasks = Path.of("/proc/" + process.getValue().pid() + "/task");
      if (!Files.isDirectory(tasks)) {
        continue;
      }
      try (DirectoryStream<Path> threads = Files.newDirectoryStream(tasks)) {
        for (Path thread : threads) {
          add(process.getKey(), thread, all);
        }
      }
    }
    return all;
  }

  private static void add(String process, Path thread, Map<String, Figures> all) {
    try {
      String name = Files.readString(thread.resolve("comm")).strip().replaceAll("[-#0-9 ]+$", "");
      String[] numbers = Files.readString(thread.resolve("schedstat")).strip().split(" ", -1);
      Figures figures =
          new Figures(
              Long.parseLong(numbers[0]), Long.parseLong(numbers[1]), Long.parseLong(numbers[2]));
      all.merge(process.isEmpty() ? name : process, figures, Figures::plus);
    } catch (IOException e) {
      // The thread has ended.
    }
  }
}
