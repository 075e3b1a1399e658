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
 * @param host its machine and process id, for people
 * @param process its {@link ProcessIdentity} as a text, or null if the machine does not tell
 * @param version the version of Posthorn
 */
record Node(long id, long epoch, String host, @Nullable String process, String version) {

  /** Returns a new one. */
  static Node create() {
    long id = new SecureRandom().nextLong() & Long.MAX_VALUE;
    ProcessIdentity process = ProcessIdentity.current();
    return new Node(id, 1, thisHost(), process == null ? null : process.text(), thisVersion());
  }

  private static String thisHost() {
    long process = ProcessHandle.current().pid();
    try {
      return InetAddress.getLocalHost().getHostName() + ", process " + process;
    } catch (UnknownHostException e) {
      return "process " + process;
    }
  }

  private static String thisVersion() {
    @Nullable String version = Node.class.getPackage().getImplementationVersion();
    return version == null ? "unknown" : version;
  }
}
