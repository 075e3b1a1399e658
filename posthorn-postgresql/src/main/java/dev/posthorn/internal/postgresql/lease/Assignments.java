package dev.posthorn.internal.postgresql.lease;

import dev.posthorn.spi.store.RebalanceListener;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The partitions that this process owns, as far as it knows. One that it releases is its own until
 * the commit has returned, so it does not claim it again before that. Thread-safe; the listener
 * hears one event at a time.
 */
final class Assignments {
  private final Set<Integer> owned = new TreeSet<>();
  private final Set<Integer> revoked = new TreeSet<>();
  private @Nullable RebalanceListener listener;
  private long changes;
  private boolean leaving;

  /** Tells a listener of all changes from now on; returns what is owned now. */
  synchronized Set<Integer> subscribe(RebalanceListener told) {
    listener = told;
    return new TreeSet<>(owned);
  }

  synchronized Set<Integer> owned() {
    return new TreeSet<>(owned);
  }

  synchronized int revoked() {
    return revoked.size();
  }

  synchronized boolean owns(int partition) {
    return owned.contains(partition);
  }

  /** Returns a number that is another one whenever partitions came. */
  synchronized long changes() {
    return changes;
  }

  /** Adds partitions that were claimed for a seat, unless that was lost meanwhile. */
  synchronized void add(Set<Integer> partitions, Seat by) {
    if (by.isLost() || partitions.isEmpty()) {
      return;
    }
    owned.addAll(partitions);
    changes++;
    if (listener != null) {
      listener.assigned(new TreeSet<>(partitions));
    }
    if (leaving) {
      revoke(partitions); // claimed just before
    }
  }

  /** Begins to give away some partitions, chosen by chance. */
  synchronized Set<Integer> revoke(int count, Random random) {
    List<Integer> kept = new ArrayList<>(owned);
    kept.removeAll(revoked);
    Collections.shuffle(kept, random);
    return revoke(kept.subList(0, Math.min(count, kept.size())));
  }

  /** Begins to give away all partitions that are owned now. */
  synchronized void revokeAll() {
    var unused = revoke(owned);
  }

  /** Begins to give away all partitions, and those that come yet. */
  synchronized void leave() {
    leaving = true;
    revoke(owned);
  }

  private synchronized Set<Integer> revoke(Collection<Integer> partitions) {
    Set<Integer> leaving = new TreeSet<>(partitions);
    leaving.removeAll(revoked);
    revoked.addAll(leaving);
    if (listener != null && !leaving.isEmpty()) {
      listener.revoked(new TreeSet<>(leaving));
    }
    return leaving;
  }

  /** Removes partitions: the commit that released them has returned. */
  synchronized void released(Set<Integer> partitions) {
    owned.removeAll(partitions);
    revoked.removeAll(partitions);
  }

  /** Removes all partitions: another process has taken over. */
  synchronized void lose() {
    Set<Integer> lost = new TreeSet<>(owned);
    owned.clear();
    revoked.clear();
    if (listener != null && !lost.isEmpty()) {
      listener.lost(lost);
    }
  }
}
