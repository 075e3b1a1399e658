package dev.posthorn.store.postgresql;

import java.time.Duration;
import java.time.Instant;
import java.util.SortedSet;

/**
 * A process that has joined a schema, as the database knows it.
 *
 * @param id its number, another one each time that it joins
 * @param name its name and its process id, for people
 * @param version its version of Posthorn, or {@code unknown}
 * @param since the time at which it joined, by the database's clock
 * @param leaseLeft the time until others take over from it, unless it renews its lease; negative
 *     once they may
 * @param state its part in the work
 * @param partitions the partitions that it owns, from 0 to 255
 * @param waiting the number of messages and orders for these that other processes have committed,
 *     and that it has not taken in so far; at most 10,000
 * @param lag the age of the oldest of these, or zero
 */
public record PostgresqlNode(
    long id,
    String name,
    String version,
    Instant since,
    Duration leaseLeft,
    State state,
    SortedSet<Integer> partitions,
    int waiting,
    Duration lag) {

  /** The part of a process in the work. Each accepts messages, whatever its part. */
  public enum State {
    /** The process has just joined, and takes no partitions so far. */
    JOINING,
    /** The process takes partitions, and delivers for the applications in them. */
    ACTIVE,
    /** The process gives its partitions away, and takes none. */
    DRAINING
  }
}
