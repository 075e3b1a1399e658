package dev.posthorn.bench.delivery;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures what a hanging endpoint costs a healthy one: the time from handing in to receiving at
 * 200 messages a second, first alone, then while another endpoint that never answers is sent 150 a
 * second.
 */
public final class IsolationBench {
  private static final int BYTES = 1_024;
  private static final int HEALTHY_RATE = 200;
  private static final int HANGING_RATE = 150;

  private IsolationBench() {}

  /** Takes the seconds of each phase; 15 unless given. */
  public static void main(String[] args) throws Exception {
    int seconds = args.length > 0 ? Integer.parseInt(args[0]) : 15;
    Path folder = Files.createTempDirectory("posthorn-bench");
    try (ServerSocket hanging = new ServerSocket(0, 4_096, InetAddress.getLoopbackAddress());
        ReceiverProcess receiver = new ReceiverProcess(BYTES);
        LibrarySubject library =
            new LibrarySubject(folder.resolve("library.db"), 1, receiver.port())) {
      library.add(1, hanging.getLocalPort());
      load(library, seconds / 2, false);
      receiver.report();
      load(library, seconds, false);
      ReceiverProcess.Report alone = print("alone", receiver);
      load(library, seconds, true);
      ReceiverProcess.Report beside = print("beside a hanging endpoint", receiver);
      System.out.printf(
          Locale.ROOT, "p99 beside / alone: %.2f%n", (double) beside.p99() / alone.p99());
      // What hangs would only be waited for; the files go with the temporary folder.
      System.exit(0);
    }
  }

  private static ReceiverProcess.Report print(String name, ReceiverProcess receiver)
      throws IOException {
    ReceiverProcess.Report report = receiver.report();
    System.out.printf(
        Locale.ROOT,
        "%-28s %6d received, p50 %.2f ms, p99 %.2f ms%n",
        name,
        report.count(),
        report.p50() / 1e3,
        report.p99() / 1e3);
    return report;
  }

  private static void load(LibrarySubject library, int seconds, boolean hanging) {
    long start = System.nanoTime();
    long end = start + seconds * 1_000_000_000L;
    long healthySent = 0;
    long hangingSent = 0;
    for (long now = start; now < end; now = System.nanoTime()) {
      long healthyDue = start + healthySent * 1_000_000_000L / HEALTHY_RATE;
      long hangingDue = hanging ? start + hangingSent * 1_000_000_000L / HANGING_RATE : end;
      if (healthyDue <= now) {
        library.send(0, TimingReceiver.body(BYTES), () -> {});
        healthySent++;
      } else if (hangingDue <= now) {
        library.send(1, TimingReceiver.body(BYTES), () -> {});
        hangingSent++;
      } else {
        LockSupport.parkNanos(Math.min(healthyDue, hangingDue) - now);
      }
    }
  }
}
