package dev.posthorn.spi.store;

/**
 * A delivery that waits.
 *
 * @param id the delivery's id
 * @param endpoint whom it is for
 * @param message what is to be delivered
 * @param place the table it is in
 * @param due when it is next to be attempted; with {@code id} the order within the endpoint. For an
 *     endpoint whose deliveries are ordered it stays the first due time, and only {@code notBefore}
 *     moves
 * @param notBefore no attempt before this time, or 0
 * @param attempts how many attempts were spent
 * @param deadline when it fails however many attempts are left
 * @param kind what the next attempt will be: {@link AttemptKind#SCHEDULED}, {@link
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

  /** Returns where this row stands among its endpoint's parked rows. */
  public ParkedKey parkedKey() {
    return new ParkedKey(due, id);
  }
}
