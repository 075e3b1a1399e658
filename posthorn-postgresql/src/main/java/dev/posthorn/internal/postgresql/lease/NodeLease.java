package dev.posthorn.internal.postgresql.lease;

import dev.posthorn.internal.postgresql.connection.Fence;
import dev.posthorn.spi.store.Lease;
import dev.posthorn.spi.store.RebalanceListener;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The right of this process to deliver and to write, and the partitions that it owns. By default
 * these are all partitions, for as long as it has the right.
 */
public interface NodeLease extends Lease, Fence, AutoCloseable {
  /** The number of partitions. */
  int PARTITIONS = 256;

  /** Registers the listener, and begins to own partitions; returns the first ones. */
  default Set<Integer> subscribe(RebalanceListener listener) {
    return IntStream.range(0, PARTITIONS).boxed().collect(Collectors.toSet());
  }

  /**
   * Joins again if another process has taken over: the listener hears that all is lost, and the
   * epoch is another one afterwards. Called by the writer before it writes.
   *
   * @throws dev.posthorn.spi.store.StoreException if that is not possible now
   */
  default void attend() {}

  /** Returns the id of the node that owns what this process owns. Writer only. */
  default long node() {
    return 0;
  }

  /**
   * Tells the other nodes, soon, up to which id those of this process are settled ({@link
   * dev.posthorn.spi.store.Store#settle}): greater at each call, which does not wait. Writer only.
   */
  default void publish(long settled) {}

  /** Takes note that the commit that released partitions has returned. Writer only. */
  default void released(Set<Integer> partitions) {}

  /** Returns whether there may be other processes, which own some of the partitions. */
  default boolean isShared() {
    return false;
  }

  /** Returns whether this process owns a partition. */
  default boolean owns(int partition) {
    return true;
  }

  /** Returns a number that is another one whenever partitions came. */
  default long assignments() {
    return 0;
  }

  /** Renews no more, as a process does that stands still; {@link #close} ends the rest. */
  default void abandon() {}

  /** Begins to give away all partitions, and takes no more. */
  default void leave() {}

  @Override
  void close();
}
