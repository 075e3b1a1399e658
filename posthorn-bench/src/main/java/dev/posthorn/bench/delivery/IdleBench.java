package dev.posthorn.bench.delivery;

import dev.posthorn.bench.Flags;
import dev.posthorn.bench.TempFolder;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;

/**
 * Measures what an idle endpoint takes in memory, its share of an application of ten included: the
 * heap after a collection with many endpoints, less that with ten, for each of them; once when they
 * are new, and once when each has been sent a message.
 */
public final class IdleBench {
  private static final int FEW = 10;
  private static final int OUTSTANDING = 1_000;

  private IdleBench() {}

  /** Returns the flags that there are. */
  public static Flags flags() {
    return new Flags().with("--endpoints", 100_000);
  }

  /** Runs the benchmark. */
  public static void main(String[] args) throws IOException, InterruptedException {
    int many = flags().parse(args).number("--endpoints");
    try (TempFolder folder = TempFolder.create();
        ReceiverProcess receiver = new ReceiverProcess(IsolationRun.BYTES)) {
      long[] few = measure(folder.path().resolve("few.db"), FEW, receiver.port());
      long[] all = measure(folder.path().resolve("many.db"), many, receiver.port());
      System.out.printf(
          "%d endpoints: %d bytes for each while new, %d once each was sent a message%n",
          many, (all[0] - few[0]) / (many - FEW), (all[1] - few[1]) / (many - FEW));
    }
  }

  /** Returns the heap in bytes with new endpoints, and once each was sent a message. */
  private static long[] measure(Path file, int endpoints, int port) throws InterruptedException {
    try (LibrarySubject library = new LibrarySubject(file, endpoints, port)) {
      long before = heap();
      Semaphore room = new Semaphore(OUTSTANDING);
      for (int i = 0; i < endpoints; i++) {
        room.acquire();
        library.send(i, TimingReceiver.body(IsolationRun.BYTES), room::release);
      }
      room.acquire(OUTSTANDING);
      return new long[] {before, heap()};
    }
  }

  private static long heap() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
