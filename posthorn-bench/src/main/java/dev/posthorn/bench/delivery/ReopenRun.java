package dev.posthorn.bench.delivery;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Opens a file of {@link IsolationRun} and says when the first message was accepted. */
public final class ReopenRun {
  private ReopenRun() {}

  /** Takes the file. */
  public static void main(String[] args) throws InterruptedException {
    long begin = System.nanoTime();
    LibrarySubject library =
        new LibrarySubject(Path.of(args[0]), IsolationRun.ENDPOINTS, IsolationRun.NO_PORT);
    CountDownLatch accepted = new CountDownLatch(1);
    library.accept(IsolationRun.HEALTHY, new byte[IsolationRun.BYTES], accepted::countDown);
    if (!accepted.await(1, TimeUnit.MINUTES)) {
      throw new IllegalStateException("no message was accepted within a minute");
    }
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
    long started = ManagementFactory.getRuntimeMXBean().getStartTime();
    System.out.printf(
        "%nfrom opening that file in a new process to the first acceptance: %d ms;"
            + " from the start of that process: %d ms%n",
        millis, System.currentTimeMillis() - started);
    library.close();
  }
}
