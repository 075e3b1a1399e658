package dev.posthorn.internal.engine.base;

/**
 * The time in which this node owns a partition: from its assignment to its release or loss. Any
 * thread may read; the state only moves forward.
 */
public class Tenure {
  private final int partition;
  private volatile State state = State.RECOVERING;

  /** True once new messages no longer go to the lanes. Writer only. */
  private boolean retired;

  private enum State {
    /** Parked rows that nobody knows may be in the store. */
    RECOVERING,
    /** All live rows are known to their lanes. */
    ACTIVE,
    /** No exchange starts any more; outcomes of those under way are stored. */
    REVOKED,
    /** Nothing of the partition is stored any more. */
    OVER
  }

  public Tenure(int partition) {
    this.partition = partition;
  }

  public final int partition() {
    return partition;
  }

  /** Returns whether exchanges may start. */
  public final boolean maySend() {
    State now = state;
    return now == State.ACTIVE || now == State.RECOVERING;
  }

  /** Returns whether the search for parked rows is not over. */
  public final boolean isRecovering() {
    return state == State.RECOVERING;
  }

  /** Returns whether it has ended: nothing of the partition may be stored any more. */
  public final boolean isOver() {
    return state == State.OVER;
  }

  /** Takes note that all live rows are known to their lanes. */
  public final void recovered() {
    advance(State.ACTIVE);
  }

  /** Lets no exchange start from now on: the partition is to be released. */
  public void revoke() {
    advance(State.REVOKED);
  }

  /** Ends it: the partition is released, or lost. */
  public final void end() {
    advance(State.OVER);
  }

  private synchronized void advance(State next) {
    if (next.compareTo(state) > 0) {
      state = next;
    }
  }

  /** Parks new messages for a later owner from now on. Writer only. */
  final void retire() {
    retired = true;
  }

  /** Returns whether new messages go to the lanes. Writer only. */
  final boolean takesMessages() {
    return !retired && !isOver();
  }
}
