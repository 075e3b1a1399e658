package dev.posthorn.internal.copy;

/**
 * A row that is copied.
 *
 * @param at its place among the rows of its kind
 * @param partition the partition that it belongs to in a store with {@link StoreExport#PARTITIONS}
 *     partitions; 0 if it belongs to no application, {@link #UNKNOWN} if its application is unknown
 * @param row the row
 * @param <R> the type of the row
 */
public record Exported<R>(Position at, int partition, R row) {
  /** The partition of a row whose message and endpoint are both gone. */
  public static final int UNKNOWN = -1;

  /** Returns whether the row can be reached: its message or its endpoint is still there. */
  public boolean isReachable() {
    return partition != UNKNOWN;
  }
}
