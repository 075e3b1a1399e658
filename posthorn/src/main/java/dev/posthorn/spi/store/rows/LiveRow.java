package dev.posthorn.spi.store.rows;

import dev.posthorn.AttemptKind;

/**
 * A waiting delivery. {@link #hot} and {@link #parked} create the row of a new delivery; every
 * other row is derived from an existing one.
 *
 * @param id the delivery's id
 * @param endpoint the endpoint that it is for
 * @param message the message to deliver
 * @param place the table it is in
 * @param due the time of its next attempt; with {@code id} it defines the order within the
 *     endpoint. If the endpoint's deliveries are ordered, it keeps the first due time and only
 *     {@code notBefore} changes
 * @param notBefore the time before which no attempt is made, or 0
 * @param attempts the number of attempts spent
 * @param deadline the time at which it fails, however many attempts are left
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

  /** The table that holds a live row. */
  public enum QueueState {
    /** Mirror of the deliveries in memory; its rows have no attempts yet and are due at once. */
    HOT,
    /** Retries, scheduled deliveries and overflow. */
    PARKED
  }

  /** Returns a hot row: due at once, no attempt yet. */
  public static LiveRow hot(long id, long endpoint, long message, long due, long deadline) {
    return new LiveRow(
        id, endpoint, message, QueueState.HOT, due, 0, 0, deadline, AttemptKind.SCHEDULED);
  }

  /** Returns a parked row without attempts. */
  public static LiveRow parked(
      long id, long endpoint, long message, long due, long deadline, AttemptKind kind) {
    return new LiveRow(id, endpoint, message, QueueState.PARKED, due, 0, 0, deadline, kind);
  }

  /** Returns this delivery, parked until the given time. */
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

  /** Returns this row with another number of spent attempts. */
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

  /** Returns the position of this row among its endpoint's parked rows. */
  public ParkedKey parkedKey() {
    return new ParkedKey(due, id);
  }
}
