package dev.posthorn.spi.store;

/**
 * A process among those that share a store, as it sees itself.
 *
 * @param state its part in the work
 * @param takeovers the number of processes that it has taken over from
 * @param losses the number of times that another process has taken over from it
 */
public record NodeStatus(State state, long takeovers, long losses) {

  /** The part of a process in the work. */
  public enum State {
    /** The process takes partitions, and delivers for the applications in them. */
    ACTIVE,
    /** The process gives its partitions away, and takes none: somebody has asked it to. */
    DRAINING,
    /** The lease of the process has ended, so it delivers nothing until it has another one. */
    LOST
  }
}
