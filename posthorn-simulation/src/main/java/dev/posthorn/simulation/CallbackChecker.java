package dev.posthorn.simulation;

import dev.posthorn.DeliveryState;
import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.base.DeliveryCallback;
import dev.posthorn.internal.engine.base.SendResult;
import dev.posthorn.internal.engine.base.Tenure;
import dev.posthorn.spi.store.rows.AttemptRow;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Watches over messages: each is told of the end of every delivery once, after it is on disk, as
 * long as its engine lives.
 */
final class CallbackChecker {
  private final SimTables tables;
  private final BooleanSupplier mayBeLost;
  private final List<Expectation> expectations = new ArrayList<>();
  private int engine;

  /**
   * Creates a checker.
   *
   * @param mayBeLost whether what was committed a short time ago may be lost, as in a failover
   */
  CallbackChecker(SimTables tables, BooleanSupplier mayBeLost) {
    this.tables = tables;
    this.mayBeLost = mayBeLost;
  }

  /** The watch over one message, which may not be accepted yet. */
  final class Expectation implements DeliveryCallback {
    private final int mine = engine;
    private final int partition;
    private final IntFunction<@Nullable Tenure> tenures;
    private final @Nullable Tenure tenure;
    private final Set<Long> ended = new HashSet<>();
    private long message;
    private boolean doubtful;
    private int deliveries;

    Expectation(int partition, IntFunction<@Nullable Tenure> tenures) {
      this.partition = partition;
      this.tenures = tenures;
      this.tenure = tenures.apply(partition);
    }

    @Override
    public void ended(AttemptRow attempt) {
      // An engine that another one took over from still tells of what it has stored.
      if (attempt.state() == DeliveryState.WAITING || !isOnDisk(attempt)) {
        throw new Violation("watch: told of what is no end, or not on disk: " + attempt);
      }
      if (!(doubtful || mine != engine || attempt.message() == message)
          || !ended.add(attempt.delivery())) {
        throw new Violation("watch: told of another message, or twice: " + attempt);
      }
    }

    /** Counts a refusal; the message may have been accepted, and is not named. */
    void refused(PosthornException why) {
      doubtful = why.reason() == Reason.UNKNOWN;
    }

    /** Returns whether an attempt is stored, or was: its application is removed, or it is lost. */
    private boolean isOnDisk(AttemptRow attempt) {
      return tables.attempt(attempt.id()) != null
          || tables.message(attempt.message()) == null
          || (mine != engine && mayBeLost.getAsBoolean());
    }

    /** Returns whether the message was for a lane of this engine. */
    @SuppressWarnings("ReferenceEquality") // a tenure is itself
    private boolean isOwnedSince() {
      return tenure != null && tenures.apply(partition) == tenure;
    }

    void accepted(SendResult result) {
      if (!result.duplicate() && mine == engine) {
        message = result.message();
        deliveries = result.targets().length;
        if (isOwnedSince()) { // else the end may be another owner's
          expectations.add(this);
        }
      }
    }
  }

  /**
   * Begins to watch over a message of an application.
   *
   * @param engine accepts the message
   */
  Expectation begin(long application, Engine engine) {
    return new Expectation(
        SimTables.partitionOf(application), engine.context().ownership()::tenure);
  }

  /** A partition was released: nobody is told of its deliveries. */
  void released(int partition) {
    expectations.removeIf(expected -> expected.partition == partition);
  }

  /** The engine is dead, or fenced: nobody need be told any more. */
  void crashed() {
    engine++;
    expectations.clear();
  }

  /** All time is over. */
  void checkEnd() {
    for (Expectation expected : expectations) {
      if (expected.ended.size() != expected.deliveries) {
        throw new Violation(
            "watch: message "
                + expected.message
                + " has "
                + expected.deliveries
                + " deliveries, told of "
                + expected.ended);
      }
    }
  }
}
