package dev.posthorn.bench.store;

import com.sun.management.OperatingSystemMXBean;
import dev.posthorn.SqliteOptions;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.Store;
import dev.posthorn.store.sqlite.SqliteStore;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Measures the life cycles that the SQLite store takes: accept a message (message and hot row) and
 * end its delivery (hot row away, attempt), 1 KB bodies, one synced commit a batch, one call of
 * upkeep after each, so that the history indexes keep up.
 *
 * <p>Arguments: life cycles a run (default 400,000), then pairs {@code batch:endpoints} (default:
 * all of 50 and 500 with 1, 100 and 10,000), and {@code --dir=<directory>} for the files. A quarter
 * more is run first to warm up. On a machine that does something else too, run it several times and
 * take the best.
 */
public final class StoreBench {
  private static final OperatingSystemMXBean CPU =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private static final String[] ALL = {
    "50:1", "500:1", "50:100", "500:100", "50:10000", "500:10000"
  };

  private StoreBench() {}

  /** Runs the benchmark and prints a line for each pair. */
  public static void main(String[] args) throws IOException {
    String directory =
        Stream.of(args)
            .filter(arg -> arg.startsWith("--dir="))
            .map(arg -> arg.substring("--dir=".length()))
            .findFirst()
            .orElse(System.getProperty("java.io.tmpdir"));
    String[] plain = Stream.of(args).filter(arg -> !arg.startsWith("--")).toArray(String[]::new);
    int cycles = plain.length > 0 ? Integer.parseInt(plain[0]) : 400_000;
    String[] pairs = plain.length > 1 ? Arrays.copyOfRange(plain, 1, plain.length) : ALL;
    print(
        "%6s %9s %9s %8s %9s %9s %9s %11s %8s",
        "batch",
        "endpoints",
        "cycles/s",
        "CPU us",
        "p50 ms",
        "p99 ms",
        "max ms",
        "upkeep p99",
        "WAL MB");
    for (String pair : pairs) {
      int colon = pair.indexOf(':');
      int batch = Integer.parseInt(pair.substring(0, colon));
      run(Path.of(directory), batch, Integer.parseInt(pair.substring(colon + 1)), cycles);
    }
  }

  private static void run(Path parent, int size, int endpoints, int cycles) throws IOException {
    Path directory = Files.createTempDirectory(parent, "store-bench");
    try (Store store = SqliteStore.open(directory.resolve("store.db"), SqliteOptions.defaults())) {
      LifeCycles source = new LifeCycles(endpoints, 1_024, store);
      for (int i = 0; i < cycles / 4 / size; i++) {
        step(store, source.next(size), new long[1], new long[1], 0);
      }
      int steps = cycles / size;
      long[] commits = new long[steps];
      long[] upkeeps = new long[steps];
      long cpu = CPU.getProcessCpuTime();
      long start = System.nanoTime();
      for (int i = 0; i < steps; i++) {
        step(store, source.next(size), commits, upkeeps, i);
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      double micros = (CPU.getProcessCpuTime() - cpu) / 1e3;
      Arrays.sort(commits);
      Arrays.sort(upkeeps);
      double done = (double) steps * size;
      print(
          "%6d %9d %9.0f %8.1f %9.2f %9.2f %9.2f %11.2f %8d",
          size,
          endpoints,
          done / seconds,
          micros / done,
          percentile(commits, 50),
          percentile(commits, 99),
          percentile(commits, 100),
          percentile(upkeeps, 99),
          store.stats().maxWalBytes() >> 20);
    } finally {
      remove(directory);
    }
  }

  private static void step(Store store, Batch batch, long[] commits, long[] upkeeps, int index) {
    long start = System.nanoTime();
    store.commit(batch);
    long committed = System.nanoTime();
    store.upkeep(0, 0);
    commits[index] = committed - start;
    upkeeps[index] = System.nanoTime() - committed;
  }

  private static double percentile(long[] sorted, int percent) {
    int index = Math.min(sorted.length - 1, sorted.length * percent / 100);
    return sorted[index] / 1e6;
  }

  private static void remove(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }

  private static void print(String format, Object... values) {
    System.out.printf(Locale.ROOT, format + "%n", values);
  }
}
