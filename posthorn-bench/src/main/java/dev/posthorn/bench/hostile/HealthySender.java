package dev.posthorn.bench.hostile;

import dev.posthorn.bench.delivery.Latencies;
import dev.posthorn.bench.delivery.LibrarySubject;
import dev.posthorn.bench.delivery.TimingReceiver;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Hands in messages for the healthy endpoint at one rate, and says how late it was itself: the time
 * of a message begins when it is handed in.
 */
final class HealthySender {
  /** The size of a message. */
  static final int BYTES = 1_024;

  private static final int HEALTHY = 0;

  private final LibrarySubject library;
  private final DeliveryTrace trace;
  private final int rate;
  private final AtomicLong refused = new AtomicLong();
  private Latencies late = new Latencies();
  private Latencies calls = new Latencies();
  private long sent;

  HealthySender(LibrarySubject library, DeliveryTrace trace, int rate) {
    this.library = library;
    this.trace = trace;
    this.rate = rate;
  }

  /** Sends until a monotonic time. */
  void run(long end) {
    long start = System.nanoTime();
    int count = 0;
    for (long now = start; now < end; now = System.nanoTime()) {
      long due = start + count * 1_000_000_000L / rate;
      if (due <= now) {
        late.record(now - due);
        send();
        calls.record(System.nanoTime() - now);
        count++;
      } else {
        LockSupport.parkNanos(due - now);
      }
    }
    sent += count;
  }

  private void send() {
    byte[] body = TimingReceiver.body(BYTES);
    trace.sending(TimingReceiver.timeIn(body));
    library.accept(
        HEALTHY,
        body,
        () -> trace.told(TimingReceiver.timeIn(body), System.nanoTime()),
        why -> refused.incrementAndGet());
  }

  /** Returns how many were handed in. */
  long sent() {
    return sent;
  }

  /** Returns how many of them were refused. */
  long refused() {
    return refused.get();
  }

  /** Forgets how late it was. */
  void clear() {
    late = new Latencies();
    calls = new Latencies();
  }

  /** Prints how late it was, which no time of a message contains. */
  void print() {
    System.out.printf(
        Locale.ROOT,
        "  the sender was late by p50 %.2f, p99 %.2f ms; a call took p50 %.2f, p99 %.2f ms%n",
        late.quantileMicros(0.5) / 1e3,
        late.quantileMicros(0.99) / 1e3,
        calls.quantileMicros(0.5) / 1e3,
        calls.quantileMicros(0.99) / 1e3);
  }
}
