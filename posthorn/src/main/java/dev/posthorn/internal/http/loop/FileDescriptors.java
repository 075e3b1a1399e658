package dev.posthorn.internal.http.loop;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * The file descriptors of this process, which its connections share with its files: of those that
 * are free at the start, half are for connections to receivers, a quarter for those of a server's
 * clients, and a quarter for DNS lookups.
 *
 * @param most the limit
 * @param open the number of open ones
 */
public record FileDescriptors(long most, long open) {
  /** Reserve for other uses: the store's connections, the event loops, logs. */
  private static final int RESERVED = 64;

  private static final int LEAST = 8;

  /** Returns the current numbers; without limit if the operating system does not report one. */
  public static FileDescriptors now() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
            && unix.getMaxFileDescriptorCount() > 0
        ? new FileDescriptors(unix.getMaxFileDescriptorCount(), unix.getOpenFileDescriptorCount())
        : new FileDescriptors(Integer.MAX_VALUE, 0);
  }

  /** Returns the maximum number of connections to receivers. */
  public int forReceivers() {
    return share(2);
  }

  /** Returns the maximum number of connections of clients. */
  public int forClients() {
    return share(1);
  }

  /** Returns the maximum number of concurrent lookups. */
  public int forLookups() {
    return share(1);
  }

  private int share(int quarters) {
    long free = most - open - RESERVED;
    return Math.clamp(free / 4 * quarters, LEAST, Integer.MAX_VALUE);
  }
}
