package dev.posthorn.internal.engine.base;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The partitions that this node owns. The writer changes it, between two batches; everybody reads.
 */
public final class Ownership {
  private final AtomicReferenceArray<@Nullable Tenure> tenures;

  /** Creates an ownership of none of so many partitions. */
  public Ownership(int partitions) {
    this.tenures = new AtomicReferenceArray<>(partitions);
  }

  /** Returns whether this node owns a partition. */
  public boolean isOwned(int partition) {
    return present(partition) != null;
  }

  /** Returns the tenure of a partition, or null if this node does not own it. */
  public @Nullable Tenure present(int partition) {
    Tenure tenure = tenures.get(partition);
    return tenure == null || tenure.isOver() ? null : tenure;
  }

  /** Returns the partitions that this node owns now. */
  public SortedSet<Integer> owned() {
    SortedSet<Integer> owned = new TreeSet<>();
    for (int partition = 0; partition < tenures.length(); partition++) {
      if (isOwned(partition)) {
        owned.add(partition);
      }
    }
    return owned;
  }

  /** Returns the tenures whose lanes take new messages, by partition. Writer only. */
  public List<Tenure> takingMessages() {
    List<Tenure> taking = new ArrayList<>();
    for (int partition = 0; partition < tenures.length(); partition++) {
      Tenure tenure = tenure(partition);
      if (tenure != null) {
        taking.add(tenure);
      }
    }
    return taking;
  }

  /**
   * Returns the tenure of a partition whose lanes take new messages, or null: then they are for a
   * later owner. Writer only.
   */
  public @Nullable Tenure tenure(int partition) {
    Tenure tenure = tenures.get(partition);
    return tenure != null && tenure.takesMessages() ? tenure : null;
  }

  /** Begins a tenure. Writer only. */
  public void begin(Tenure tenure) {
    tenures.set(tenure.partition(), tenure);
  }

  /** Leaves new messages of a partition to a later owner. Writer only. */
  public void retire(Tenure tenure) {
    tenure.retire();
  }

  /** Ends a tenure, unless another one has begun. Writer only. */
  public void end(Tenure tenure) {
    tenure.end();
    tenures.compareAndSet(tenure.partition(), tenure, null);
  }
}
