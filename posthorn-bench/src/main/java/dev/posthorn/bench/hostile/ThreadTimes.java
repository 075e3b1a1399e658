package dev.posthorn.bench.hostile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The time for which one thread of this process ran, and for which it was ready and waited for a
 * processor, as Linux counts them; elsewhere nothing is known. Any thread may ask.
 */
final class ThreadTimes {
  private static final int BYTES = 64;

  private final FileChannel file;

  private ThreadTimes(FileChannel file) {
    this.file = file;
  }

  /** Sums since the start of the thread, in nanoseconds. */
  record Times(long ran, long waited) {
    static final Times NONE = new Times(0, 0);

    Times minus(Times less) {
      return new Times(ran - less.ran, waited - less.waited);
    }
  }

  /** Returns those of the thread that calls it, or null if Linux does not count them. */
  static @Nullable ThreadTimes ofThisThread() {
    try {
      Path thread = Path.of("/proc").resolve(Files.readSymbolicLink(Path.of("/proc/thread-self")));
      return new ThreadTimes(FileChannel.open(thread.resolve("schedstat")));
    } catch (IOException e) {
      return null;
    }
  }

  /** Returns the sums now. */
  static Times now(@Nullable ThreadTimes thread) {
    return thread == null ? Times.NONE : thread.read();
  }

  private Times read() {
    ByteBuffer buffer = ByteBuffer.allocate(BYTES);
    try {
      int length = file.read(buffer, 0);
      String[] numbers =
          new String(buffer.array(), 0, Math.max(0, length), StandardCharsets.US_ASCII)
              .strip()
              .split(" ", -1);
      return new Times(Long.parseLong(numbers[0]), Long.parseLong(numbers[1]));
    } catch (IOException e) {
      return Times.NONE; // the thread has ended
    }
  }
}
