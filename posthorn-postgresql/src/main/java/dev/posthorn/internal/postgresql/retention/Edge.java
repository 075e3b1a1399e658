package dev.posthorn.internal.postgresql.retention;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The position of a walk through the rows of a table, from the oldest, in each partition. Owned by
 * the writer.
 *
 * <p>Below its edge, the rows of a partition were examined: they are gone, or held. From the edge
 * on, the walk knows the first row, so it reads nothing as long as that row stays.
 */
final class Edge {
  private static final long START = Long.MIN_VALUE;

  /** Ids below these were examined. */
  private final long[] edge;

  /** No row between the edge and this id exists. */
  private final long[] next;

  Edge(int partitions) {
    edge = new long[partitions];
    next = new long[partitions];
    reset();
  }

  /** Begins again: nothing was examined. */
  void reset() {
    Arrays.fill(edge, START);
    Arrays.fill(next, START);
  }

  /** Returns the id from which on rows of a partition are to be examined. */
  long of(int partition) {
    return edge[partition];
  }

  /** Returns the id below which all rows of a partition were examined. */
  long clearBelow(int partition) {
    return Math.max(edge[partition], next[partition]);
  }

  /** Notes a new row; returns whether it is below the edge, where the walk does not find it. */
  boolean note(int partition, long id) {
    if (id < edge[partition]) {
      return true;
    }
    next[partition] = Math.min(next[partition], id);
    return false;
  }

  /** Returns the partitions that may have rows to examine below an id. */
  List<Integer> due(Bound end) {
    List<Integer> due = new ArrayList<>();
    for (int i = 0; i < next.length; i++) {
      if (next[i] < end.of(i)) {
        due.add(i);
      }
    }
    return due;
  }

  /** Returns whether a partition may have rows to examine below an id. */
  boolean isDue(Bound end) {
    for (int i = 0; i < next.length; i++) {
      if (next[i] < end.of(i)) {
        return true;
      }
    }
    return false;
  }

  /** Moves on: rows below an id were examined, and the next row has at least another id. */
  void move(int partition, long examinedBelow, long nextRow) {
    edge[partition] = Math.max(edge[partition], examinedBelow);
    next[partition] = nextRow;
  }

  /** The id below which the rows of a partition may be examined. */
  interface Bound {
    long of(int partition);
  }
}
