package dev.posthorn.bench.delivery;

import dev.posthorn.bench.ProcessFigures;
import dev.posthorn.spi.store.rows.EndpointState;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;

/**
 * One process with the library in it and a healthy endpoint, which is sent messages at two rates:
 * alone; beside another healthy one, and beside one that never answers, each sent 150 a second;
 * beside an endpoint that refuses connections and has a backlog; and beside one that never answers
 * and has a backlog. The phases take turns, so that what the machine does meanwhile meets all of
 * them. Prints the time from handing in to receiving of each, all its turns together, how many it
 * delivers in a second as fast as it can without and with the backlogs, and what memory the process
 * takes.
 */
public final class IsolationRun {
  static final int BYTES = 1_024;
  static final int HEALTHY = 0;
  static final int ENDPOINTS = 4;

  /** A port that nobody listens at. */
  static final int NO_PORT = 1;

  private static final int HANGING = 1;
  private static final int REFUSING = 2;
  private static final int HANGING_BEHIND = 3;
  private static final int OTHER_HEALTHY = 4;
  private static final int NONE = -1;
  private static final int OTHER_RATE = 150;
  private static final int HANDED_IN = 2_000;
  private static final int UNDER_WAY = 512;
  private static final int WARM_UP_SECONDS = 20;
  private static final int SETTLE_SECONDS = 5;

  private final LibrarySubject library;
  private final ReceiverProcess receiver;
  private final long hanging;
  private final int seconds;
  private final int[] rates;
  private final int rounds;
  private double fullAlone;

  /** A phase, with the other endpoint that gets messages meanwhile, or {@link #NONE}. */
  private record Phase(String name, int other) {}

  private static final Phase ALONE = new Phase("alone", NONE);

  private IsolationRun(
      LibrarySubject library, ReceiverProcess receiver, long hanging, int[] numbers) {
    this.library = library;
    this.receiver = receiver;
    this.hanging = hanging;
    this.seconds = numbers[0];
    this.rounds = numbers[1];
    this.rates = new int[] {numbers[3], numbers[4]};
  }

  /**
   * Takes the file, the seconds of a turn, how many turns, the size of a backlog, and two rates.
   */
  public static void main(String[] args) throws Exception {
    int[] numbers = Arrays.stream(args).skip(1).mapToInt(Integer::parseInt).toArray();
    try (ServerSocket hanging = new ServerSocket(0, 4_096, InetAddress.getLoopbackAddress());
        ReceiverProcess receiver = new ReceiverProcess(BYTES)) {
      LibrarySubject library = new LibrarySubject(Path.of(args[0]), 1, receiver.port());
      long hangingId = library.add(HANGING, hanging.getLocalPort());
      library.add(REFUSING, NO_PORT);
      library.add(HANGING_BEHIND, hanging.getLocalPort());
      library.add(OTHER_HEALTHY, receiver.port());
      new IsolationRun(library, receiver, hangingId, numbers).run(numbers[2]);
      library.close();
    }
  }

  private void run(int waiting) throws IOException, InterruptedException {
    load(rates[1], WARM_UP_SECONDS, NONE);
    measure(
        ALONE,
        // What so many more commits cost, whoever they are for.
        new Phase("beside another healthy one, 150/s", OTHER_HEALTHY),
        new Phase("beside a hanging one, 150/s", HANGING));
    library.state(hanging, EndpointState.PAUSED);
    printWarmUp(full()); // a rate that low does not get all code compiled
    fullAlone = full();
    printFull("alone", fullAlone);
    fill(REFUSING, waiting);
    measure(new Phase("beside a refusing one, " + waiting + " wait", NONE));
    fill(HANGING_BEHIND, waiting);
    measure(new Phase("beside a hanging one too, " + waiting + " wait", NONE));
    printFull("beside both backlogs", full());
    printMemory();
  }

  private void measure(Phase... phases) throws IOException {
    for (int round = 0; round < rounds; round++) {
      for (Phase phase : phases) {
        // Its backlog is nobody's business while another phase has its turn.
        library.state(
            hanging, phase.other == HANGING ? EndpointState.ENABLED : EndpointState.PAUSED);
        for (int rate : rates) {
          receiver.series(series(phase, rate));
          load(rate, seconds, phase.other);
          LockSupport.parkNanos(200_000_000); // for what is under way
          receiver.report();
        }
      }
    }
    for (Phase phase : phases) {
      for (int rate : rates) {
        print(phase, rate);
      }
    }
  }

  private static String series(Phase phase, int rate) {
    return phase.name + " " + rate;
  }

  private ReceiverProcess.Report report(Phase phase, int rate) throws IOException {
    receiver.series(series(phase, rate));
    return receiver.report();
  }

  private void print(Phase phase, int rate) throws IOException {
    ReceiverProcess.Report alone = report(ALONE, rate);
    ReceiverProcess.Report report = report(phase, rate);
    System.out.printf(
        Locale.ROOT,
        "%-40s %5d/s: %6d received, p50 %6.2f ms, p99 %6.2f ms; times alone: %.2f, %.2f%n",
        phase.name,
        rate,
        report.count(),
        report.p50() / 1e3,
        report.p99() / 1e3,
        (double) report.p50() / alone.p50(),
        (double) report.p99() / alone.p99());
  }

  /** Sends to the healthy endpoint, and to another one at the rate of {@link #OTHER_RATE}. */
  private void load(int healthyRate, int forSeconds, int other) {
    long start = System.nanoTime();
    long end = start + forSeconds * 1_000_000_000L;
    long healthySent = 0;
    long otherSent = 0;
    for (long now = start; now < end; now = System.nanoTime()) {
      long healthyDue = start + healthySent * 1_000_000_000L / healthyRate;
      long otherDue = other == NONE ? end : start + otherSent * 1_000_000_000L / OTHER_RATE;
      if (healthyDue <= now) {
        library.accept(HEALTHY, TimingReceiver.body(BYTES), () -> {});
        healthySent++;
      } else if (otherDue <= now) {
        library.accept(other, TimingReceiver.body(BYTES), () -> {});
        otherSent++;
      } else {
        LockSupport.parkNanos(Math.min(healthyDue, otherDue) - now);
      }
    }
  }

  /** Returns how many a second the healthy endpoint gets if one follows the other. */
  private double full() throws InterruptedException {
    Semaphore room = new Semaphore(UNDER_WAY);
    long begin = System.nanoTime();
    long end = begin + (long) seconds * rounds * 1_000_000_000L;
    long sent = 0;
    for (; System.nanoTime() < end; sent++) {
      room.acquire();
      library.send(HEALTHY, TimingReceiver.body(BYTES), room::release);
    }
    room.acquire(UNDER_WAY);
    return sent / ((System.nanoTime() - begin) / 1e9);
  }

  private static void printWarmUp(double perSecond) {
    System.out.printf(
        Locale.ROOT, "%-40s %d under way: %.0f deliveries/s%n", "warm-up", UNDER_WAY, perSecond);
  }

  private void printFull(String phase, double perSecond) {
    System.out.printf(
        Locale.ROOT,
        "%-40s %d under way: %.0f deliveries/s; times alone: %.2f%n",
        phase,
        UNDER_WAY,
        perSecond,
        perSecond / fullAlone);
  }

  /** Hands in a backlog as fast as it is accepted, and lets things settle. */
  private void fill(int endpoint, int count) throws InterruptedException {
    Semaphore room = new Semaphore(HANDED_IN);
    long begin = System.nanoTime();
    for (int i = 0; i < count; i++) {
      room.acquire();
      library.accept(endpoint, TimingReceiver.body(BYTES), room::release);
    }
    room.acquire(HANDED_IN);
    System.out.printf(
        Locale.ROOT,
        "%d accepted, %.0f a second%n",
        count,
        count / ((System.nanoTime() - begin) / 1e9));
    load(rates[0], SETTLE_SECONDS, NONE);
  }

  private void printMemory() throws IOException {
    System.gc();
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    System.out.printf(
        Locale.ROOT,
        "heap after collection %d MB of %d MB; resident %s, at most %s; file %d MB%n",
        heap >> 20,
        Runtime.getRuntime().maxMemory() >> 20,
        ProcessFigures.resident(ProcessHandle.current()),
        ProcessFigures.mostResident(ProcessHandle.current()),
        library.fileBytes() >> 20);
  }
}
