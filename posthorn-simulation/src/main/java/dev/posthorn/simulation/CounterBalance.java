package dev.posthorn.simulation;

import dev.posthorn.DeliveryState;
import dev.posthorn.internal.engine.base.EngineCounters;
import java.util.EnumSet;

/** Checks the counters of an engine against the rows on the simulated disk. */
final class CounterBalance {
  private final SimTables tables;
  private long waitedAtStart;

  CounterBalance(SimTables tables) {
    this.tables = tables;
  }

  /** Another engine begins. */
  void begin() {
    waitedAtStart = tables.waiting();
  }

  /** Each delivery that came to be while this engine ran, or waited before, has ended or waits. */
  void require(EngineCounters counters) {
    long ended = 0;
    for (DeliveryState state : EnumSet.complementOf(EnumSet.of(DeliveryState.WAITING))) {
      ended += counters.deliveriesEnded(state);
    }
    long waiting = waitedAtStart + counters.deliveriesCreated() - ended;
    if (waiting != tables.waiting()) {
      throw new Violation(
          "metrics: "
              + waitedAtStart
              + " deliveries waited, "
              + counters.deliveriesCreated()
              + " were created, "
              + ended
              + " ended, "
              + tables.waiting()
              + " wait");
    }
  }
}
