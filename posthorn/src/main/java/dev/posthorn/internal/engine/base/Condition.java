package dev.posthorn.internal.engine.base;

import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** The condition of an engine: able to work or not, and the reason. Thread-safe. */
public final class Condition {
  private final LongAdder unforeseen = new LongAdder();
  private volatile @Nullable String trouble;
  private volatile @Nullable String failure;
  private final CountDownLatch fenced = new CountDownLatch(1);

  public Condition() {}

  /** The ability of an engine to do its work. */
  public enum State {
    /** Messages are accepted and delivered. */
    READY,
    /** Nothing can be stored for now; messages are refused. */
    FAILING,
    /** Failed permanently; see {@link #hasFailed}. */
    FAILED
  }

  /** Returns the state of the engine. */
  public State state() {
    if (hasFailed()) {
      return State.FAILED;
    }
    return trouble == null ? State.READY : State.FAILING;
  }

  /**
   * Returns the reason for which nothing can be stored, or empty. Messages are refused as long as
   * it lasts.
   */
  public Optional<String> trouble() {
    String forGood = failure;
    return Optional.ofNullable(forGood != null ? forGood : trouble);
  }

  /**
   * Returns whether the engine has ended for good, by a defect or because another process has taken
   * over: all accepted messages are in the store, and their delivery resumes once the store is
   * opened again.
   */
  public boolean hasFailed() {
    return failure != null;
  }

  /** Returns whether another process has taken over the store. */
  public boolean isFenced() {
    return fenced.getCount() == 0;
  }

  /** Waits until another process has taken over the store. */
  public void awaitFence() throws InterruptedException {
    fenced.await();
  }

  /** Returns the number of unexpected failures; each one is in the log. */
  public long unforeseen() {
    return unforeseen.sum();
  }

  void count() {
    unforeseen.increment();
  }

  /** Sets the reason for which nothing can be stored, or null once it is gone. */
  public void trouble(@Nullable String what) {
    trouble = what;
  }

  /** Sets the reason of the end; returns whether it was the first. */
  synchronized boolean fail(String what) {
    if (failure != null) {
      return false;
    }
    failure = what;
    return true;
  }

  /** Takes note that another process has taken over; returns whether the engine worked so far. */
  boolean fence(String what) {
    boolean first = fail(what);
    fenced.countDown();
    return first;
  }
}
