package dev.posthorn.internal.http.loop;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * The file descriptors of this process, which its connections share with its files: half of those
 * that are free at the start are for connections to receivers, a quarter for those of a server's
 * clients, and a quarter for DNS look-ups.
 *
 * @param most how many there may be
 * @param open how many are open
 */
public record FileDescriptors(long most, long open) {
  /** For everything else that comes later: the store's connections, the event loops, logs. */
  private static final int RESERVED = 64;

  private static final int LEAST = 8;

  /** Returns those of now; without limit where the operating system has none that can be read. */
  public static FileDescriptors now() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
            && unix.getMaxFileDescriptorCount() > 0
        ? new FileDescriptors(unix.getMaxFileDescriptorCount(), unix.getOpenFileDescriptorCount())
        : new FileDescriptors(Integer.MAX_VALUE, 0);
  }

  /** Returns how many connections to receivers there may be. */
  public int forReceivers() {
    return share(2);
  }

  /** Returns how many connections of clients there may be. */
  public int forClients() {
    return share(1);
  }

  /** Returns how many look-ups there may be at the same time. */
  public int forLookups() {
    return share(1);
  }

  private int share(int quarters) {
    long free = most - open - RESERVED;
    return Math.clamp(free / 4 * quarters, LEAST, Integer.MAX_VALUE);
  }
}
