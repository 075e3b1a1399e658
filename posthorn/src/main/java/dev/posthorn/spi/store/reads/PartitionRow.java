package dev.posthorn.spi.store.reads;

/**
 * A row and its partition.
 *
 * @param partition the number of the partition
 * @param row the row
 * @param <T> the type of the row
 */
public record PartitionRow<T>(int partition, T row) {}
