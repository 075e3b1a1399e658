package dev.posthorn.bench.hostile;

import dev.posthorn.bench.delivery.Latencies;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/**
 * Writes and syncs 4 KB of a file of its own ten times a second, beside the store's file: how long
 * the disk takes for anybody. So a disk that stalls is told from a store that waits for itself.
 */
final class DiskWatch implements AutoCloseable {
  private static final long PERIOD_MILLIS = 100;
  private static final int BYTES = 4_096;

  private final FileChannel file;
  private final Thread thread;
  private volatile Latencies times = new Latencies();
  private volatile boolean closed;

  /** Begins to watch the disk that a folder is on. */
  DiskWatch(Path folder) throws IOException {
    file =
        FileChannel.open(
            folder.resolve("disk-watch"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    thread = Thread.ofPlatform().daemon().name("disk").start(this::watch);
  }

  private void watch() {
    try {
      while (!closed) {
        long began = System.nanoTime();
        file.write(ByteBuffer.allocate(BYTES), 0);
        file.force(false);
        times.record(System.nanoTime() - began);
        Thread.sleep(PERIOD_MILLIS);
      }
    } catch (IOException e) {
      if (!closed) {
        System.out.println("the disk is no longer watched: " + e.getMessage());
      }
    } catch (InterruptedException e) {
      // The end.
    }
  }

  /** Forgets all so far. */
  void clear() {
    times = new Latencies();
  }

  /** Prints how long it took. */
  void print() {
    Latencies done = times;
    System.out.printf(
        Locale.ROOT,
        "  4 KB written and synced beside the store: p50 %.2f, p99 %.2f, longest %.2f ms%n",
        done.quantileMicros(0.5) / 1e3,
        done.quantileMicros(0.99) / 1e3,
        done.quantileMicros(1) / 1e3);
  }

  @Override
  public void close() throws IOException {
    closed = true;
    thread.interrupt();
    file.close();
  }
}
