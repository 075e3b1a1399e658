package dev.posthorn.store.postgresql;

import dev.posthorn.PostgresqlOptions;
import dev.posthorn.internal.postgresql.nodes.NodeReads;
import java.time.Instant;
import java.util.List;
import java.util.SortedSet;

/**
 * The processes that have joined a schema, and what each of them owns, at one moment.
 *
 * @param time the time of the database
 * @param nodes the processes, in the order in which they joined
 * @param unowned the partitions that nobody owns: nothing in them is delivered
 */
public record PostgresqlNodes(
    Instant time, List<PostgresqlNode> nodes, SortedSet<Integer> unowned) {

  /**
   * Reads the processes of a schema, on a connection of its own, without joining them.
   *
   * @throws dev.posthorn.spi.store.StoreException if the database cannot be read
   */
  public static PostgresqlNodes read(PostgresqlOptions options) {
    try (NodeReads reads = NodeReads.of(options)) {
      return reads.nodes();
    }
  }

  /**
   * Returns whether another process takes the partitions of a process that is drained.
   *
   * @param id the {@link PostgresqlNode#id} of that process
   */
  public boolean hasOther(long id) {
    return nodes.stream()
        .anyMatch(
            one ->
                one.id() != id
                    && one.state() == PostgresqlNode.State.ACTIVE
                    && !one.leaseLeft().isNegative());
  }

  /**
   * Asks a process to give its partitions away, and to take none until it is started again. It goes
   * on accepting messages. It keeps its partitions while no other process would take them. A
   * process that owns the schema alone ignores that.
   *
   * @param id the {@link PostgresqlNode#id}
   * @return whether there is such a process
   * @throws dev.posthorn.spi.store.StoreException if the database cannot be written
   */
  public static boolean drain(PostgresqlOptions options, long id) {
    return drain(options, id, true);
  }

  /**
   * Lets a process take partitions again that was asked to give its own away.
   *
   * @param id the {@link PostgresqlNode#id}
   * @return whether there is such a process
   * @throws dev.posthorn.spi.store.StoreException if the database cannot be written
   */
  public static boolean cancelDrain(PostgresqlOptions options, long id) {
    return drain(options, id, false);
  }

  private static boolean drain(PostgresqlOptions options, long id, boolean begin) {
    try (NodeReads reads = NodeReads.of(options)) {
      return reads.drain(id, begin);
    }
  }
}
