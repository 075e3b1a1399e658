package dev.posthorn.bench.delivery;

import dev.posthorn.bench.Flags;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Messages for a subject, as fast as outcomes come or at a rate, and the figures of that.
 *
 * @param receiver who they are for
 * @param bytes the length of a body
 * @param endpoints how many take turns
 * @param outstanding the most messages without an outcome
 * @param patience the longest wait for an outcome
 */
public record Load(
    ReceiverProcess receiver, int bytes, int endpoints, int outstanding, Duration patience) {

  /**
   * Returns the load that {@code --bytes}, {@code --endpoints} and {@code --outstanding} ask for.
   */
  public static Load of(Flags flags, ReceiverProcess receiver, Duration patience) {
    return new Load(
        receiver,
        flags.number("--bytes"),
        flags.number("--endpoints"),
        flags.number("--outstanding"),
        patience);
  }

  /** One measurement. Times from handing in to receiving are in microseconds. */
  public record Figures(
      long sent, double perSecond, double senderMicros, double receiverMicros, long p50, long p99) {

    /** Returns the times from handing in to receiving, for people. */
    public String millis() {
      return String.format(Locale.ROOT, "%.1f / %.1f", p50 / 1e3, p99 / 1e3);
    }
  }

  /**
   * Sends for some seconds and waits for the last outcome.
   *
   * @param rate messages a second; 0 for as many as have outcomes
   * @throws IllegalStateException if no outcome comes for too long
   */
  public Figures run(Subject subject, int rate, int seconds)
      throws IOException, InterruptedException {
    receiver.report();
    Semaphore room = new Semaphore(outstanding);
    long cpu = CpuTime.ofThisProcess();
    long start = System.nanoTime();
    long end = start + TimeUnit.SECONDS.toNanos(seconds);
    long sent = 0;
    while (System.nanoTime() < end) {
      if (rate > 0) {
        await(start + sent * 1_000_000_000L / rate);
      }
      acquire(room, 1);
      subject.send((int) (sent++ % endpoints), TimingReceiver.body(bytes), room::release);
    }
    acquire(room, outstanding);
    double took = (System.nanoTime() - start) / 1e9;
    double senderMicros = (CpuTime.ofThisProcess() - cpu) / 1e3 / sent;
    ReceiverProcess.Report report = receiver.report();
    return new Figures(
        sent, sent / took, senderMicros, report.cpu() / 1e3 / sent, report.p50(), report.p99());
  }

  private static void await(long due) {
    for (long left; (left = due - System.nanoTime()) > 0; ) {
      LockSupport.parkNanos(left);
    }
  }

  private void acquire(Semaphore room, int permits) throws InterruptedException {
    if (!room.tryAcquire(permits, patience.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new IllegalStateException(
          "%d of %d messages have no outcome after %d s"
              .formatted(outstanding - room.availablePermits(), outstanding, patience.toSeconds()));
    }
  }
}
