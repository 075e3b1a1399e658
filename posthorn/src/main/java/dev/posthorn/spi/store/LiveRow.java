package dev.posthorn.spi.store;

/**
 * A delivery that waits. {@link #hot} and {@link #parked} make the row of a new delivery; every
 * other row is made of one that is there.
 *
 * @param id the delivery's id
 * @param endpoint the endpoint that it is for
 * @param message the message to be delivered
 * @param place the table it is in
 * @param due the time of its next attempt; with {@code id} the order within the endpoint. For an
 *     endpoint whose deliveries are ordered it stays the first due time, and only {@code notBefore}
 *     moves
 * @param notBefore no attempt before this time, or 0
 * @param attempts the number of attempts that were spent
 * @param deadline the time at which it fails however many attempts are left
 * @param kind the kind of its next attempt: {@link AttemptKind#SCHEDULED}, {@link
 *     AttemptKind#REPLAY} or {@link AttemptKind#RECOVERY}
 */
public record LiveRow(
    long id,
    long endpoint,
    long message,
    QueueState place,
    long due,
    long notBefore,
    int attempts,
    long deadline,
    AttemptKind kind) {

  /** The table that a live row is in. */
  public enum QueueState {
    /** Mirrors what is in memory; rows here have no attempts yet and are due at once. */
    HOT,
    /** Retries, scheduled deliveries and overflow. */
    PARKED
  }

  /** Returns a hot row: due at once, no attempt yet. */
  public static LiveRow hot(long id, long endpoint, long message, long due, long deadline) {
    return new LiveRow(
        id, endpoint, message, QueueState.HOT, due, 0, 0, deadline, AttemptKind.SCHEDULED);
  }

  /** Returns a parked row without an attempt yet. */
  public static LiveRow parked(
      long id, long endpoint, long message, long due, long deadline, AttemptKind kind) {
    return new LiveRow(id, endpoint, message, QueueState.PARKED, due, 0, 0, deadline, kind);
  }

  /** Returns this delivery parked until a time. */
  public LiveRow parkedUntil(long nextDue, long noAttemptBefore) {
    return new LiveRow(
        id,
        endpoint,
        message,
        QueueState.PARKED,
        nextDue,
        noAttemptBefore,
        attempts,
        deadline,
        kind);
  }

  /** Returns this row after so many attempts were spent. */
  public LiveRow withAttempts(int spent) {
    return new LiveRow(id, endpoint, message, place, due, notBefore, spent, deadline, kind);
  }

  /** Returns this row with another deadline. */
  public LiveRow withDeadline(long time) {
    return new LiveRow(id, endpoint, message, place, due, notBefore, attempts, time, kind);
  }

  /** Returns this row with another kind of next attempt. */
  public LiveRow withKind(AttemptKind other) {
    return new LiveRow(id, endpoint, message, place, due, notBefore, attempts, deadline, other);
  }

  /** Returns where this row stands among its endpoint's parked rows. */
  public ParkedKey parkedKey() {
    return new ParkedKey(due, id);
  }
}
