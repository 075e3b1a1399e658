package dev.posthorn.internal.engine.base;

import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Whether an engine can do its work, and if not, why. Thread-safe. */
public final class Condition {
  private final LongAdder unforeseen = new LongAdder();
  private volatile @Nullable String trouble;
  private volatile @Nullable String failure;

  public Condition() {}

  /** What an engine can do. */
  public enum State {
    /** Messages are accepted and delivered. */
    READY,
    /** Nothing can be stored for now; messages are refused. */
    FAILING,
    /** It has ended for good; see {@link #hasFailed}. */
    FAILED
  }

  /** Returns what the engine can do. */
  public State state() {
    if (hasFailed()) {
      return State.FAILED;
    }
    return trouble == null ? State.READY : State.FAILING;
  }

  /**
   * Returns what keeps the engine from storing anything, or empty if nothing does. Messages are
   * refused as long as it lasts.
   */
  public Optional<String> trouble() {
    String forGood = failure;
    return Optional.ofNullable(forGood != null ? forGood : trouble);
  }

  /**
   * Returns whether the engine has ended for good, by a defect: all that was accepted is in the
   * store, and goes on once the store is opened again.
   */
  public boolean hasFailed() {
    return failure != null;
  }

  /** Returns how often something failed in a way that nobody foresaw; each time is in the log. */
  public long unforeseen() {
    return unforeseen.sum();
  }

  void count() {
    unforeseen.increment();
  }

  /** Notes what is wrong for now, or null if all is well again. */
  public void trouble(@Nullable String what) {
    trouble = what;
  }

  /** Notes what ended the engine; returns whether it was the first thing that did. */
  synchronized boolean fail(String what) {
    if (failure != null) {
      return false;
    }
    failure = what;
    return true;
  }
}
