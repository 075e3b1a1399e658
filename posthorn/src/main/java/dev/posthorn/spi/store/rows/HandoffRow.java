package dev.posthorn.spi.store.rows;

/**
 * A row that tells the owner of a partition what another process has committed there. It is in the
 * same commit. The owner may know of it already, or have dealt with it: taking a row in twice does
 * no harm.
 *
 * @param id its id, unique in its partition
 * @param kind the kind of change
 * @param subject the message of which deliveries are canceled, or 0 for all of an endpoint; the
 *     first of the deliveries that wait; or the task
 * @param position the greatest id of the deliveries that are canceled; the due time of those that
 *     wait; or 0
 * @param endpoints the endpoint whose deliveries are canceled, or none for all of a message; or the
 *     endpoints of the deliveries that wait, whose ids follow each other
 */
public record HandoffRow(long id, Kind kind, long subject, long position, long[] endpoints) {
  private static final long[] NONE = {};

  /** The kind of a change. The order of the constants never changes. */
  public enum Kind {
    /** Deliveries wait in {@code parked}. */
    DELIVERIES,
    /** Deliveries are canceled; see {@link CancelMark}. */
    CANCELLATION,
    /** A task was begun. */
    TASK
  }

  /**
   * Returns a row for deliveries that wait.
   *
   * @param first the id of the first one; the others follow it directly
   */
  public static HandoffRow deliveries(long id, long first, long due, long... endpoints) {
    return new HandoffRow(id, Kind.DELIVERIES, first, due, endpoints);
  }

  /** Returns a row for a cancellation. */
  public static HandoffRow cancellation(long id, CancelMark mark) {
    long[] endpoints = mark.endpoint() == 0 ? NONE : new long[] {mark.endpoint()};
    return new HandoffRow(id, Kind.CANCELLATION, mark.message(), mark.upTo(), endpoints);
  }

  /** Returns a row for a task. */
  public static HandoffRow task(long id, long task) {
    return new HandoffRow(id, Kind.TASK, task, 0, NONE);
  }

  /** Returns the cancellation of a row of that kind. */
  public CancelMark cancelMark() {
    return new CancelMark(subject, endpoints.length == 0 ? 0 : endpoints[0], position);
  }
}
