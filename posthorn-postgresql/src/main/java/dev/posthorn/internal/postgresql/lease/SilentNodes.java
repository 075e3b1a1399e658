package dev.posthorn.internal.postgresql.lease;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Finds the nodes that have not renewed their leases for all of a lease, by the monotonic clock of
 * this process: the database's clock may have been set back. Used by one thread.
 */
final class SilentNodes {
  private final LeaseClocks clocks;
  private final Map<Long, Seen> seen = new HashMap<>();

  /** The renewal of a node that was seen last, and the time since when. */
  private record Seen(String renewal, long sinceNanos) {}

  SilentNodes(LeaseClocks clocks) {
    this.clocks = clocks;
  }

  /**
   * Returns whether a node is silent.
   *
   * @param renewal changes with each renewal
   * @param durationMillis the time that a renewal adds
   */
  boolean isSilent(long node, String renewal, long durationMillis) {
    long now = clocks.nanoTime().getAsLong();
    Seen last = seen.get(node);
    if (last == null || !last.renewal.equals(renewal)) {
      seen.put(node, new Seen(renewal, now));
      return false;
    }
    return now - last.sinceNanos > TimeUnit.MILLISECONDS.toNanos(durationMillis);
  }

  /** Forgets all nodes but some. */
  void retain(Collection<Long> nodes) {
    seen.keySet().retainAll(nodes);
  }
}
