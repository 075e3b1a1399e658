package dev.posthorn.internal.postgresql.retention;

import dev.posthorn.internal.postgresql.lease.NodeLease;
import java.util.stream.IntStream;

/** The partitions that this process owns: it removes nothing from others. Owned by the writer. */
final class Owned {
  private final NodeLease lease;

  Owned(NodeLease lease) {
    this.lease = lease;
  }

  boolean has(int partition) {
    return lease.owns(partition);
  }

  /** Returns their numbers, as a parameter. */
  short[] numbers() {
    int[] owned = IntStream.range(0, NodeLease.PARTITIONS).filter(this::has).toArray();
    short[] numbers = new short[owned.length];
    for (int i = 0; i < owned.length; i++) {
      numbers[i] = (short) owned[i];
    }
    return numbers;
  }
}
