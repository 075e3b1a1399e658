package dev.posthorn.spi.store.reads;

/**
 * A position in a scan of partitions ({@link PartitionScan}).
 *
 * @param partition the number of the partition
 * @param first the first part of the key within the partition
 * @param second the second part of the key, 0 if it has only one
 */
public record ScanKey(int partition, long first, long second) {
  /** The position before all rows. */
  public static final ScanKey START = new ScanKey(-1, Long.MIN_VALUE, Long.MIN_VALUE);

  /** Returns a position in a scan that is ordered by partition and a single number. */
  public ScanKey(int partition, long first) {
    this(partition, first, 0);
  }
}
