package dev.posthorn.testkit.simulation;

import dev.posthorn.store.StoreException;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/** What goes wrong with the simulated store, for as long as it is told to. */
final class SimFaults implements SimStore.Faults {
  private final RandomGenerator random;
  private final BooleanSupplier inWorker;
  private final Runnable kill;
  private Trouble trouble = Trouble.NONE;
  private boolean killNext;
  private boolean killed;
  private boolean unsure;
  private int rejections;

  /** What is wrong with the store. */
  enum Trouble {
    NONE,
    /** Commits fail, or their result is unknown; reads fail. */
    SHAKY,
    /** There is no space. */
    FULL,
    /** Some batches are refused, as if a row could not be stored. */
    REJECTING
  }

  /**
   * Creates what goes wrong.
   *
   * @param inWorker whether a worker's task runs
   * @param kill takes all threads from the engine
   */
  SimFaults(RandomGenerator random, BooleanSupplier inWorker, Runnable kill) {
    this.random = random;
    this.inWorker = inWorker;
    this.kill = kill;
  }

  void trouble(Trouble next) {
    trouble = next;
  }

  /** Returns how many batches were refused: an outcome in one may never be stored. */
  int rejections() {
    return rejections;
  }

  /** Has the process killed in the middle of the next commit. */
  void killInCommit() {
    killNext = true;
  }

  /** Returns whether the process was killed since this was last asked. */
  boolean wasKilled() {
    boolean was = killed;
    killed = false;
    return was;
  }

  private void requireAlive() {
    if (killed) {
      throw new SimCrash();
    }
  }

  @Override
  public void commit(Runnable apply) {
    requireAlive();
    boolean applied = false;
    if (killNext) {
      killNext = false;
      unsure = false;
      if (random.nextBoolean()) {
        apply.run();
      }
      killed = true;
      kill.run();
      throw new SimCrash();
    }
    switch (trouble) {
      case NONE -> applied = true;
      case FULL -> throw failure(StoreException.Reason.FULL);
      case REJECTING -> {
        if (!unsure && random.nextInt(3) == 0) { // what may be on disk can be stored
          rejections++;
          throw failure(StoreException.Reason.REJECTED);
        }
        applied = true;
      }
      case SHAKY -> {
        switch (random.nextInt(4)) {
          case 0 -> throw failure(StoreException.Reason.IO);
          case 1 -> {
            unsure = true;
            throw failure(StoreException.Reason.UNKNOWN);
          }
          case 2 -> {
            apply.run();
            unsure = true;
            throw failure(StoreException.Reason.UNKNOWN);
          }
          default -> applied = true;
        }
      }
    }
    if (applied) {
      unsure = false;
      apply.run();
    }
  }

  @Override
  public void read() {
    requireAlive();
    if (trouble == Trouble.SHAKY && inWorker.getAsBoolean() && random.nextInt(3) == 0) {
      throw failure(StoreException.Reason.IO);
    }
  }

  private static StoreException failure(StoreException.Reason reason) {
    return new StoreException(reason, "simulated", null);
  }
}
