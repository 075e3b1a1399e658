package dev.posthorn.simulation;

import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.StoreException;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The faults of the simulated store, each for as long as the workload sets it. */
final class SimFaults implements StoreFaults {
  private final RandomGenerator random;
  private final BooleanSupplier inWorker;
  private final Runnable kill;
  private final Surprises surprises;
  private final SimClock clock;
  private Trouble trouble = Trouble.NONE;
  private boolean killNext;
  private boolean killed;
  private boolean unsure;
  private int rejections;
  private Runnable meanwhile = () -> {};

  /** True while the process cannot reach the database. */
  private boolean cut;

  /** True until a commit has found out. */
  private boolean cutAtCommit;

  /** Stops the process in its next commit; returns whether the transaction survives that. */
  private @Nullable BooleanSupplier stall;

  /** True after an outcome was refused together with a message, until it is tried alone. */
  private boolean owed;

  /** The trouble of a store. */
  enum Trouble {
    NONE,
    /** Commits fail, or their result is unknown; reads fail. */
    SHAKY,
    /** No space left. */
    FULL,
    /** Space left for outcomes, but not for messages. */
    NEARLY_FULL,
    /** Some batches are refused, as if a row could not be stored. */
    REJECTING
  }

  /**
   * Creates the faults.
   *
   * @param random decides when
   * @param surprises what nobody foresaw
   * @param clock told of a broken promise
   * @param inWorker whether a worker's task runs
   * @param kill takes all threads from the engine
   */
  SimFaults(
      RandomGenerator random,
      Surprises surprises,
      SimClock clock,
      BooleanSupplier inWorker,
      Runnable kill) {
    this.random = random;
    this.surprises = surprises;
    this.clock = clock;
    this.inWorker = inWorker;
    this.kill = kill;
  }

  /** Adds what others may do between the preparation of a batch and its commit. */
  void meanwhile(Runnable action) {
    Runnable before = meanwhile;
    meanwhile =
        () -> {
          before.run();
          action.run();
        };
  }

  /** Cuts the process off from the database, or ends that. */
  void cut(boolean now) {
    cut = now;
    cutAtCommit = now;
  }

  /**
   * Stops the process in the middle of its next commit.
   *
   * @param action stops it; returns whether the transaction is still there when it goes on
   */
  void stallInCommit(BooleanSupplier action) {
    stall = action;
  }

  /** Lets nothing happen in the next commit any more. */
  void heal() {
    trouble = Trouble.NONE;
    killNext = false;
    stall = null;
    cut(false);
  }

  void trouble(Trouble next) {
    trouble = next;
  }

  /** Returns whether the last commit had no known result. */
  boolean isUnsure() {
    return unsure;
  }

  /** Another engine begins. */
  void restarted() {
    unsure = false;
    owed = false;
  }

  /** Returns how many batches were refused: an outcome in one may never be stored. */
  int rejections() {
    return rejections;
  }

  /** Kills the process in the middle of the next commit. */
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

  private void requireConnection() {
    if (cut) {
      throw failure(StoreException.Reason.IO);
    }
  }

  @Override
  public void commit(Batch batch, Runnable apply) {
    requireAlive();
    requireOutcomesFirst(batch);
    meanwhile.run();
    surprise();
    commitForeseen(batch, apply);
    surprise();
  }

  private void surprise() {
    try {
      surprises.maybe();
    } catch (IllegalStateException | Error e) {
      unsure = true;
      throw e;
    }
  }

  /** While the store is full outcomes come first. */
  private void requireOutcomesFirst(Batch batch) {
    if (owed && hasMessages(batch)) {
      throw clock.violated(new Violation("a message is tried again before the outcomes"));
    }
    owed = false;
  }

  private void commitForeseen(Batch batch, Runnable apply) {
    boolean applied = false;
    if (cut) {
      throw commitWhileCut(apply);
    }
    if (stall != null && !stalls(stall)) {
      unsure = true;
      throw failure(StoreException.Reason.UNKNOWN);
    }
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
      case NEARLY_FULL -> {
        if (hasMessages(batch)) {
          owed = hasAttempts(batch) && !unsure;
          throw failure(StoreException.Reason.FULL);
        }
        applied = true;
      }
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
            apply(apply);
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

  private boolean stalls(BooleanSupplier action) {
    stall = null;
    return action.getAsBoolean();
  }

  /** The connection breaks at the first commit, which may have arrived; then there is none. */
  private StoreException commitWhileCut(Runnable apply) {
    boolean arrived = cutAtCommit && random.nextBoolean();
    boolean known = !cutAtCommit;
    cutAtCommit = false;
    if (arrived) {
      apply(apply);
    }
    unsure |= !known;
    return failure(known ? StoreException.Reason.IO : StoreException.Reason.UNKNOWN);
  }

  private void apply(Runnable apply) {
    try {
      apply.run();
    } catch (StoreException e) {
      unsure = false; // nothing was written, and this is known
      throw e;
    }
  }

  @Override
  public void read() {
    requireAlive();
    requireConnection();
    if (inWorker.getAsBoolean()) {
      surprises.maybe();
    }
    if (trouble == Trouble.SHAKY && inWorker.getAsBoolean() && random.nextInt(3) == 0) {
      throw failure(StoreException.Reason.IO);
    }
  }

  @Override
  public void upkeep() {
    requireAlive();
    requireConnection();
    surprises.maybe();
  }

  private static boolean hasMessages(Batch batch) {
    return batch.partitions().stream().anyMatch(rows -> !rows.messages.isEmpty());
  }

  private static boolean hasAttempts(Batch batch) {
    return batch.partitions().stream().anyMatch(rows -> !rows.attempts.isEmpty());
  }

  private static StoreException failure(StoreException.Reason reason) {
    return new StoreException(reason, "simulated", null);
  }
}
