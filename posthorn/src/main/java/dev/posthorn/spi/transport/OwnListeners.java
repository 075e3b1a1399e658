package dev.posthorn.spi.transport;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ports on which this process itself listens, so that it never delivers to itself: see {@link
 * AddressPolicy#except}. Every address of this machine counts, whichever address a listener is
 * bound to. Thread-safe.
 *
 * <p>The machine's addresses are looked up again in the background once they are 10 seconds old.
 * Addresses that merely lead here, such as those of a load balancer, are unknown.
 */
public final class OwnListeners {
  private static final Logger log = LoggerFactory.getLogger(OwnListeners.class);
  private static final long KNOWN_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final AtomicBoolean looking = new AtomicBoolean();
  private volatile int[] ports = {};
  private volatile @Nullable Set<InetAddress> addresses;
  private volatile long lookedAt;

  /** Creates an empty set of ports. */
  public OwnListeners() {}

  /** Adds a port. */
  public synchronized void add(int port) {
    if (addresses == null) {
      look();
    }
    int[] more = Arrays.copyOf(ports, ports.length + 1);
    more[ports.length] = port;
    ports = more;
  }

  /** Returns whether this process listens on a port. */
  boolean isAt(int port) {
    for (int own : ports) {
      if (own == port) {
        return true;
      }
    }
    return false;
  }

  /** Returns whether an address belongs to this machine. */
  boolean isHere(InetAddress address) {
    if (address.isLoopbackAddress() || address.isAnyLocalAddress()) {
      return true;
    }
    if (System.nanoTime() - lookedAt > KNOWN_NANOS && looking.compareAndSet(false, true)) {
      var unused = Thread.ofVirtual().name("posthorn-addresses").start(this::lookAgain);
    }
    Set<InetAddress> known = addresses;
    return known == null || known.contains(address);
  }

  private void lookAgain() {
    try {
      look();
    } finally {
      looking.set(false);
    }
  }

  private void look() {
    lookedAt = System.nanoTime();
    Set<InetAddress> found = new HashSet<>();
    try {
      NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .forEach(found::add);
      addresses = Set.copyOf(found);
    } catch (SocketException e) {
      log.warn("Failed to list the addresses of this machine", e);
    }
  }
}
