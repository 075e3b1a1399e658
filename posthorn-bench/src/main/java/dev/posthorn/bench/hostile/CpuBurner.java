package dev.posthorn.bench.hostile;

import dev.posthorn.bench.JavaProcess;
import java.io.IOException;
import java.util.concurrent.locks.LockSupport;

/**
 * A process that uses a share of the processors as long as its input is open: as much as the bad
 * neighbors cost, but it shares nothing else with the healthy endpoint.
 */
public final class CpuBurner implements AutoCloseable {
  private static final long PERIOD_NANOS = 5_000_000;

  private final Process process;

  private CpuBurner(Process process) {
    this.process = process;
  }

  /** Starts one that uses as much as some processors. */
  static CpuBurner start(double processors) throws IOException {
    return new CpuBurner(JavaProcess.start(64, CpuBurner.class, processors));
  }

  /** Takes the number of processors; a thread uses at most one. */
  public static void main(String[] args) throws IOException {
    double processors = Math.max(0, Double.parseDouble(args[0]));
    int threads = Math.max(1, (int) Math.ceil(processors));
    long busy = (long) (processors / threads * PERIOD_NANOS);
    for (int i = 0; i < threads; i++) {
      Thread.ofPlatform().daemon().start(() -> burn(busy));
    }
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
