package dev.posthorn.bench.delivery;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;

/**
 * Measures the library beside the floor in the same run: deliveries a second, CPU for each in the
 * sender and the receiver, the time from handing in to receiving, and the ratio of the two.
 *
 * <p>A receiver in another process answers 200 at once. So many messages are under way at all times
 * ({@code --outstanding}) for so long ({@code --seconds}), after a warm-up; then the same at a
 * fixed rate ({@code --rate}) for latencies. Floor and library take turns; the last of {@code
 * --rounds} counts.
 */
public final class DeliveryBench {
  private final Options options;

  /** What is measured, as given on the command line. */
  private record Options(
      int bytes, int endpoints, int seconds, int outstanding, int rate, int rounds) {

    static Options parse(String[] args) {
      int[] values = {1024, 1, 5, 512, 5_000, 2};
      String[] names = {
        "--bytes", "--endpoints", "--seconds", "--outstanding", "--rate", "--rounds"
      };
      for (int i = 0; i < args.length; i += 2) {
        int at = java.util.List.of(names).indexOf(args[i]);
        if (at < 0 || i + 1 == args.length) {
          throw new IllegalArgumentException(args[i] + ": use " + String.join(" N ", names) + " N");
        }
        values[at] = Integer.parseInt(args[i + 1]);
      }
      return new Options(values[0], values[1], values[2], values[3], values[4], values[5]);
    }
  }

  /** One measurement. */
  private record Figures(
      double perSecond, double senderMicros, double receiverMicros, long p50, long p99) {}

  private DeliveryBench(Options options) {
    this.options = options;
  }

  /** Runs the benchmark; see the class comment for the options. */
  public static void main(String[] args) throws Exception {
    new DeliveryBench(Options.parse(args)).run();
  }

  private void run() throws Exception {
    System.out.printf(
        Locale.ROOT,
        "%d-byte messages, %d endpoint(s), %d under way, %d s each, %d processors%n%n",
        options.bytes,
        options.endpoints,
        options.outstanding,
        options.seconds,
        Runtime.getRuntime().availableProcessors());
    System.out.printf(
        "%-9s %12s %14s %16s %18s %18s%n",
        "",
        "deliveries/s",
        "CPU µs, sender",
        "CPU µs, receiver",
        "p50/p99 ms, full",
        "p50/p99 ms, rate");
    double floor = 0;
    double library = 0;
    for (int round = 1; round <= options.rounds; round++) {
      floor = measure("floor");
      library = measure("library");
    }
    System.out.printf(Locale.ROOT, "%nlibrary / floor: %.0f %%%n", 100 * library / floor);
  }

  private double measure(String name) throws Exception {
    Path folder = Files.createTempDirectory("posthorn-bench");
    try (ReceiverProcess receiver = new ReceiverProcess(options.bytes);
        Subject subject =
            name.equals("floor")
                ? new FloorSubject(folder.resolve("floor.db"), receiver.port())
                : new LibrarySubject(
                    folder.resolve("library.db"), options.endpoints, receiver.port())) {
      load(subject, receiver, 0, Math.max(2, options.seconds / 2));
      Figures full = load(subject, receiver, 0, options.seconds);
      Figures paced = load(subject, receiver, options.rate, options.seconds);
      System.out.printf(
          Locale.ROOT,
          "%-9s %12.0f %14.1f %16.1f %18s %18s   %s%n",
          name,
          full.perSecond,
          full.senderMicros,
          full.receiverMicros,
          millis(full),
          millis(paced),
          subject.commits());
      return full.perSecond;
    } finally {
      delete(folder);
    }
  }

  private static String millis(Figures figures) {
    return String.format(Locale.ROOT, "%.1f / %.1f", figures.p50 / 1e3, figures.p99 / 1e3);
  }

  /**
   * Sends for some seconds, as fast as outcomes come or at a rate, and waits for the last outcome.
   */
  private Figures load(Subject subject, ReceiverProcess receiver, int rate, int seconds)
      throws IOException, InterruptedException {
    receiver.report();
    Semaphore room = new Semaphore(options.outstanding);
    long cpu = CpuTime.ofThisProcess();
    long start = System.nanoTime();
    long end = start + seconds * 1_000_000_000L;
    long sent = 0;
    while (System.nanoTime() < end) {
      if (rate > 0) {
        long due = start + sent * 1_000_000_000L / rate;
        while (System.nanoTime() < due) {
          java.util.concurrent.locks.LockSupport.parkNanos(due - System.nanoTime());
        }
      }
      room.acquire();
      subject.send(
          (int) (sent++ % options.endpoints), TimingReceiver.body(options.bytes), room::release);
    }
    room.acquire(options.outstanding);
    double took = (System.nanoTime() - start) / 1e9;
    double senderMicros = (CpuTime.ofThisProcess() - cpu) / 1e3 / sent;
    ReceiverProcess.Report report = receiver.report();
    return new Figures(
        sent / took, senderMicros, report.cpu() / 1e3 / sent, report.p50(), report.p99());
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
