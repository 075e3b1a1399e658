package dev.posthorn.internal.sqlite.history;

import dev.posthorn.internal.sqlite.file.Run;
import dev.posthorn.internal.sqlite.file.TransactionAware;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The newest rows of an append-only table, which its history indexes do not contain yet, in memory:
 * 25 bytes a row, in runs of tens of thousands of rows.
 *
 * <p>The writer appends to the last run while the first one is sorted and indexed: an index with
 * scattered keys is thus written one page at a time, not one page per row. Readers take a {@link
 * View} and then read the file; so they see every row once: rows with an id greater than {@link
 * View#indexed} here, the others in the index. (A row that arrives with an id below one that is
 * being indexed gets its index row at once, and is here too until the index is complete up to its
 * id.)
 */
public final class Tail implements TransactionAware {
  private static final int FIRST_CAPACITY = 512;

  /**
   * A reader's view of the tail.
   *
   * @param indexed the id up to which the indexes are complete
   * @param runs the later rows, and some that are in the index too
   */
  public record View(long indexed, Run[] runs) {

    /** Returns the ids between two others, exclusive, of the rows with a key, ascending. */
    public long[] find(int index, long key, long after, long before) {
      long[] found = new long[16];
      int count = 0;
      long from = Math.max(after, indexed);
      for (Run run : runs) {
        long[] keys = run.keys()[index];
        long[] ids = run.ids();
        int size = run.size();
        for (int i = 0; i < size; i++) {
          long id = ids[i];
          if (keys[i] == key && id > from && id < before) {
            if (count == found.length) {
              found = Arrays.copyOf(found, count * 2);
            }
            found[count++] = id;
          }
        }
      }
      Arrays.sort(found, 0, count);
      return distinct(found, count);
    }

    /**
     * Returns the greatest id, below another one, of the rows with both keys, or {@link #indexed}
     * if there is none.
     */
    long last(long first, long second, long before) {
      long last = indexed;
      for (Run run : runs) {
        long[] keys = run.keys()[0];
        for (int i = 0; i < run.size(); i++) {
          long id = run.ids()[i];
          if (keys[i] == first && run.keys()[1][i] == second && id > last && id < before) {
            last = id;
          }
        }
      }
      return last;
    }

    /** Returns the greatest id of the rows with a second key, for each first key that has some. */
    Map<Long, Long> lasts(Set<Long> firsts, long second) {
      Map<Long, Long> lasts = new HashMap<>();
      for (Run run : runs) {
        long[] keys = run.keys()[1];
        for (int i = 0; i < run.size(); i++) {
          long id = run.ids()[i];
          if (keys[i] == second && id > indexed && firsts.contains(run.keys()[0][i])) {
            lasts.merge(run.keys()[0][i], id, Math::max);
          }
        }
      }
      return lasts;
    }

    /**
     * Visits the ids between two others, exclusive, of the rows with a key, and their marks. A row
     * of a batch that was committed again is visited twice.
     */
    void each(int index, long key, long after, long before, Visitor visitor) {
      for (Run run : runs) {
        long[] keys = run.keys()[index];
        for (int i = 0; i < run.size(); i++) {
          long id = run.ids()[i];
          if (keys[i] == key && id > after && id < before) {
            visitor.row(id, run.marks()[i]);
          }
        }
      }
    }

    /** Removes duplicates: a batch that was committed again is in the tail twice. */
    private static long[] distinct(long[] sorted, int count) {
      int kept = 0;
      for (int i = 0; i < count; i++) {
        if (i == 0 || sorted[i] != sorted[i - 1]) {
          sorted[kept++] = sorted[i];
        }
      }
      return Arrays.copyOf(sorted, kept);
    }
  }

  /** Visitor of a row's id and mark. */
  interface Visitor {
    void row(long id, byte mark);
  }

  private final int indexes;
  private final int runRows;
  private volatile View view;
  private Run open;
  private int staged;
  private long sealedTo;

  /** The smallest id that is not in the indexes: of all runs, and of the open one. */
  private long minId = Long.MAX_VALUE;

  private long minOpen = Long.MAX_VALUE;

  /**
   * Creates an empty tail.
   *
   * @param indexes the number of keys per row, 1 or 2
   * @param runRows the number of rows that are indexed together
   * @param indexed the id up to which the indexes are complete
   */
  Tail(int indexes, int runRows, long indexed) {
    this.indexes = indexes;
    this.runRows = runRows;
    this.open = Run.empty(indexes, FIRST_CAPACITY);
    this.view = new View(indexed, new Run[] {open});
    this.sealedTo = indexed;
  }

  public View view() {
    return view;
  }

  /** Returns whether an id is too small to be indexed with the open run. */
  boolean isLate(long id) {
    return id <= sealedTo;
  }

  /** Stages a row of the current transaction; if rows have only one key, the second is ignored. */
  void add(long id, long first, long second, byte mark) {
    if (staged == open.ids().length) {
      grow();
    }
    open.ids()[staged] = id;
    open.keys()[0][staged] = first;
    if (indexes > 1) {
      open.keys()[1][staged] = second;
    }
    open.marks()[staged] = mark;
    staged++;
  }

  private void grow() {
    int capacity = staged * 2;
    long[][] keys = new long[indexes][];
    for (int i = 0; i < indexes; i++) {
      keys[i] = Arrays.copyOf(open.keys()[i], capacity);
    }
    open =
        new Run(
            Arrays.copyOf(open.ids(), capacity),
            keys,
            Arrays.copyOf(open.marks(), capacity),
            open.size());
  }

  @Override
  public void committed() {
    if (staged == open.size()) {
      return;
    }
    for (int i = open.size(); i < staged; i++) {
      long id = open.ids()[i];
      if (id > view.indexed) {
        minOpen = Math.min(minOpen, id);
      }
    }
    minId = Math.min(minId, minOpen);
    open = new Run(open.ids(), open.keys(), open.marks(), staged);
    Run[] runs = view.runs.clone();
    runs[runs.length - 1] = open;
    view = new View(view.indexed, runs);
    if (staged >= runRows) {
      seal();
    }
  }

  @Override
  public void rolledBack() {
    staged = open.size();
  }

  /** Ends the open run, between transactions, so that it can be indexed. */
  public void seal() {
    if (open.size() == 0) {
      return;
    }
    sealedTo = Math.max(sealedTo, open.maxId());
    open = Run.empty(indexes, FIRST_CAPACITY);
    staged = 0;
    minOpen = Long.MAX_VALUE;
    Run[] runs = Arrays.copyOf(view.runs, view.runs.length + 1);
    runs[runs.length - 1] = open;
    view = new View(view.indexed, runs);
  }

  /** Returns whether the open run has a row with a smaller id that is not in the indexes. */
  public boolean isOpenBelow(long id) {
    return minOpen < id;
  }

  public int sealedRuns() {
    return view.runs.length - 1;
  }

  /** Returns the oldest run, which must be sealed. */
  Run oldest() {
    return view.runs[0];
  }

  /** Drops the oldest run, once its index rows are committed. */
  void dropOldest(long indexed) {
    view = new View(indexed, Arrays.copyOfRange(view.runs, 1, view.runs.length));
    minOpen = open.minIdAbove(indexed);
    minId = minOpen;
    for (Run run : view.runs) {
      minId = Math.min(minId, run.minIdAbove(indexed));
    }
  }

  /** Returns the smallest id that is not in the indexes yet, or {@link Long#MAX_VALUE}. */
  public long minId() {
    return minId;
  }
}
