package dev.posthorn.internal.postgresql.lease;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/**
 * This process as an owner.
 *
 * @param id its random id
 * @param epoch the epoch in which it owns; whoever takes over increments it
 * @param host its name, by default that of its machine, and its process id: for people
 * @param process its {@link ProcessIdentity} as a text, or null if the machine does not tell
 * @param version the version of Posthorn
 */
record Node(long id, long epoch, String host, @Nullable String process, String version) {
  /** Separates the name from the process id in {@link #host}. */
  static final String PROCESS = ", process ";

  /**
   * Returns a new one.
   *
   * @param name its name, or null for that of the machine
   * @param timeline the timeline of the database that it joins, which its epoch tells others
   */
  static Node create(@Nullable String name, Timeline timeline) {
    long id = new SecureRandom().nextLong() & Long.MAX_VALUE;
    ProcessIdentity process = ProcessIdentity.current();
    String host = (name == null ? machine() : name) + PROCESS + ProcessHandle.current().pid();
    return new Node(
        id, timeline.firstEpoch(), host, process == null ? null : process.text(), thisVersion());
  }

  /** Returns the timeline of the database that it joined. */
  Timeline timeline() {
    return Timeline.ofEpoch(epoch);
  }

  private static String machine() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }

  private static String thisVersion() {
    @Nullable String version = Node.class.getPackage().getImplementationVersion();
    return version == null ? "unknown" : version;
  }
}
