package dev.posthorn.internal.sqlite.file;

import java.util.Arrays;

/**
 * A section of a {@code Tail}: ids and the one or two keys by which each is indexed.
 *
 * <p>The arrays may be longer than {@code size}; entries beyond it belong to the writer.
 *
 * @param ids the rows' ids, nearly ascending
 * @param keys the rows' keys, one array per index
 * @param marks further facts about the rows, one byte each
 * @param size the number of valid rows
 */
public record Run(long[] ids, long[][] keys, byte[] marks, int size) {

  /**
   * Keys, ids and marks of rows, sorted by key, so that an index is filled from one end to the
   * other.
   */
  public record Sorted(long[] keys, long[] ids, byte[] marks) {}

  public static Run empty(int indexes, int capacity) {
    return new Run(new long[capacity], new long[indexes][capacity], new byte[capacity], 0);
  }

  public long maxId() {
    long max = Long.MIN_VALUE;
    for (int i = 0; i < size; i++) {
      max = Math.max(max, ids[i]);
    }
    return max;
  }

  /** Returns the smallest id above another, or {@link Long#MAX_VALUE}. */
  public long minIdAbove(long floor) {
    long min = Long.MAX_VALUE;
    for (int i = 0; i < size; i++) {
      if (ids[i] > floor) {
        min = Math.min(min, ids[i]);
      }
    }
    return min;
  }

  /** Returns the rows that have a key other than 0 for an index. */
  public Run withKey(int index) {
    long[] someIds = new long[size];
    long[] someKeys = new long[size];
    byte[] someMarks = new byte[size];
    int count = 0;
    for (int i = 0; i < size; i++) {
      if (keys[index][i] != 0) {
        someIds[count] = ids[i];
        someKeys[count] = keys[index][i];
        someMarks[count] = marks[i];
        count++;
      }
    }
    long[][] all = new long[keys.length][];
    all[index] = someKeys;
    return new Run(someIds, all, someMarks, count);
  }

  /** Returns the rows sorted by one of their keys; rows with the same key keep their order. */
  public Sorted sortedBy(int index) {
    long[] key = keys[index];
    long[] distinct = Arrays.copyOf(key, size);
    Arrays.sort(distinct);
    int count = 0;
    for (int i = 0; i < size; i++) {
      if (i == 0 || distinct[i] != distinct[i - 1]) {
        distinct[count++] = distinct[i];
      }
    }
    // Two ints in a long sort without objects: the key's rank, then the position.
    long[] order = new long[size];
    for (int i = 0; i < size; i++) {
      order[i] = (long) Arrays.binarySearch(distinct, 0, count, key[i]) << 32 | i;
    }
    Arrays.sort(order);
    long[] sortedKeys = new long[size];
    long[] sortedIds = new long[size];
    byte[] sortedMarks = new byte[size];
    for (int i = 0; i < size; i++) {
      int position = (int) order[i];
      sortedKeys[i] = key[position];
      sortedIds[i] = ids[position];
      sortedMarks[i] = marks[position];
    }
    return new Sorted(sortedKeys, sortedIds, sortedMarks);
  }
}
