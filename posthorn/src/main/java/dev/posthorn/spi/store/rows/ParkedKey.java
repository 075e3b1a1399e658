package dev.posthorn.spi.store.rows;

/**
 * A position among the parked rows of one endpoint.
 *
 * @param due the due time
 * @param id the delivery's id, which orders rows due at the same time
 */
public record ParkedKey(long due, long id) implements Comparable<ParkedKey> {

  /** The position before all rows. */
  public static final ParkedKey START = new ParkedKey(Long.MIN_VALUE, Long.MIN_VALUE);

  @Override
  public int compareTo(ParkedKey other) {
    int byDue = Long.compare(due, other.due);
    return byDue != 0 ? byDue : Long.compare(id, other.id);
  }
}
