package dev.posthorn.bench.delivery;

import dev.posthorn.bench.Flags;
import dev.posthorn.bench.TempFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;

/**
 * Measures the library beside the floor in the same run: deliveries a second, CPU for each in the
 * sender and the receiver, the time from handing in to receiving, and the ratio of the two.
 *
 * <p>A receiver in another process answers 200 at once. So many messages are under way at all times
 * ({@code --outstanding}) for so long ({@code --seconds}), after a warm-up; then the same at a
 * fixed rate ({@code --rate}) for latencies. Floor and library take turns, {@code --rounds} times;
 * the best of each counts, since the first is a warm-up and whatever else the machine does only
 * takes away. With {@code --history}, both begin with so many messages and attempts in their file,
 * and keep it for all rounds.
 */
public final class DeliveryBench {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Options options;
  private final Path folder;
  private final ReceiverProcess receiver;
  private final Load load;

  /** Options of the command line. */
  private record Options(
      int bytes, int endpoints, int seconds, int outstanding, int rate, int rounds, int history) {

    static Options parse(String[] args) {
      Flags flags = flags().parse(args);
      return new Options(
          flags.number("--bytes"),
          flags.number("--endpoints"),
          flags.number("--seconds"),
          flags.number("--outstanding"),
          flags.number("--rate"),
          flags.number("--rounds"),
          flags.number("--history"));
    }
  }

  private DeliveryBench(Options options, Path folder, ReceiverProcess receiver) {
    this.options = options;
    this.folder = folder;
    this.receiver = receiver;
    this.load = new Load(receiver, options.bytes, options.endpoints, options.outstanding, PATIENCE);
  }

  /** Returns the flags that there are. */
  public static Flags flags() {
    return new Flags()
        .with("--bytes", 1_024)
        .with("--endpoints", 1)
        .with("--seconds", 5)
        .with("--outstanding", 512)
        .with("--rate", 5_000)
        .with("--rounds", 3)
        .with("--history", 0);
  }

  /** Runs the benchmark; see the class comment for the flags. */
  public static void main(String[] args) throws Exception {
    Options options = Options.parse(args);
    try (TempFolder folder = TempFolder.create();
        ReceiverProcess receiver = new ReceiverProcess(options.bytes)) {
      new DeliveryBench(options, folder.path(), receiver).run();
    }
  }

  private void run() throws Exception {
    System.out.printf(
        Locale.ROOT,
        "%d-byte messages, %d endpoint(s), %d in history, %d under way, %d s each,"
            + " %d processors%n%n",
        options.bytes,
        options.endpoints,
        options.history,
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
      floor = Math.max(floor, measure("floor"));
      library = Math.max(library, measure("library"));
    }
    System.out.printf(Locale.ROOT, "%nbest library / best floor: %.0f %%%n", 100 * library / floor);
  }

  private double measure(String name) throws Exception {
    Path file = folder.resolve(name + ".db");
    if (options.history > 0 && !Files.exists(file)) {
      fill(name, file);
    }
    double perSecond;
    try (Subject subject = open(name, file)) {
      load.run(subject, 0, Math.max(2, options.seconds / 2));
      Load.Figures full = load.run(subject, 0, options.seconds);
      Load.Figures paced = load.run(subject, options.rate, options.seconds);
      System.out.printf(
          Locale.ROOT,
          "%-9s %12.0f %14.1f %16.1f %18s %18s   %s%n",
          name,
          full.perSecond(),
          full.senderMicros(),
          full.receiverMicros(),
          full.millis(),
          paced.millis(),
          subject.commits());
      perSecond = full.perSecond();
    }
    if (options.history == 0) {
      Files.delete(file);
    }
    return perSecond;
  }

  private Subject open(String name, Path file) throws SQLException {
    return name.equals("floor")
        ? new FloorSubject(file, receiver.port())
        : new LibrarySubject(file, options.endpoints, receiver.port());
  }

  private void fill(String name, Path file) throws SQLException {
    if (name.equals("floor")) {
      SqliteFloorStore.fill(file, options.history, options.bytes, options.endpoints);
    } else {
      LibrarySubject empty = new LibrarySubject(file, options.endpoints, receiver.port());
      empty.close();
      History.fill(file, empty.endpoints(), empty.applications(), options.history, options.bytes);
    }
  }
}
