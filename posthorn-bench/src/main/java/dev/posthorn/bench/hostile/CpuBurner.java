package dev.posthorn.bench.hostile;

import dev.posthorn.bench.JavaProcess;
import java.io.IOException;
import java.util.concurrent.locks.LockSupport;

/**
 * A process that uses a part of one processor as long as its input is open: it costs as much as the
 * receivers of a benchmark, and does nothing else.
 */
public final class CpuBurner implements AutoCloseable {
  private static final long PERIOD_NANOS = 5_000_000;

  private final Process process;

  private CpuBurner(Process process) {
    this.process = process;
  }

  /** Starts one that uses a share of a processor, from 0 to 1, with a lower priority. */
  static CpuBurner start(double share, int niceness) throws IOException {
    return new CpuBurner(
        JavaProcess.startBehind(niceness, 64, CpuBurner.class, Math.clamp(share, 0.0, 1.0)));
  }

  /** Takes the share. */
  public static void main(String[] args) throws IOException {
    long busy = (long) (Double.parseDouble(args[0]) * PERIOD_NANOS);
    Thread.ofPlatform().daemon().start(() -> burn(busy));
    while (System.in.read() >= 0) {
      // Until the end of the input.
    }
  }

  private static void burn(long busy) {
    while (true) {
      long began = System.nanoTime();
      while (System.nanoTime() - began < busy) {
        Thread.onSpinWait();
      }
      LockSupport.parkNanos(Math.max(1, PERIOD_NANOS - busy));
    }
  }

  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
    process.onExit().join();
  }
}
