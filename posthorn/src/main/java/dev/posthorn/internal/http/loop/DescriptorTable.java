package dev.posthorn.internal.http.loop;

import java.io.Closeable;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Linux's table of the file descriptors of this process. Linux doubles it whenever the process has
 * 256, 512, 1,024 … open for the first time, and whoever opens the next one then waits for all
 * processors: on a busy machine, up to a second. So the table grows ahead, before an event loop
 * that opens a connection has to wait.
 */
final class DescriptorTable {
  private static final Logger LOG = LoggerFactory.getLogger(DescriptorTable.class);
  private static final int WANTED = 2_048;

  /** The part of the free descriptors that are open for a moment. */
  private static final int PART = 8;

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String SIZE = "FDSize:";
  private static final String EMPTY = "/dev/null";

  private DescriptorTable() {}

  /** Makes the table large enough for thousands of connections, as far as the limit allows. */
  static void grow() {
    FileDescriptors now = FileDescriptors.now();
    grow(Math.clamp((now.most() - now.open()) / PART, 0, WANTED));
  }

  /** Makes the table large enough for a number of descriptors. It never shrinks. */
  static void grow(int wanted) {
    try {
      if (size() < wanted) {
        open(wanted);
      }
    } catch (IOException e) {
      LOG.debug("The table of file descriptors stays as it is: {}", e.getMessage());
    }
  }

  private static void open(int count) throws IOException {
    List<Closeable> opened = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        opened.add(new FileInputStream(EMPTY));
      }
    } finally {
      for (Closeable each : opened) {
        each.close();
      }
    }
  }

  /** Returns the number of descriptors for which there is room; much where that is unknown. */
  static int size() throws IOException {
    if (!Files.isReadable(STATUS)) {
      return Integer.MAX_VALUE;
    }
    return Files.readAllLines(STATUS).stream()
        .filter(line -> line.startsWith(SIZE))
        .mapToInt(line -> Integer.parseInt(line.substring(SIZE.length()).strip()))
        .findFirst()
        .orElse(Integer.MAX_VALUE);
  }
}
