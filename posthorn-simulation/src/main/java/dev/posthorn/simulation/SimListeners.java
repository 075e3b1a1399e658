package dev.posthorn.simulation;

import dev.posthorn.AttemptKind;
import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.base.EngineListener;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.MessageSpec;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Two who listen: one throws anything, and so the other must hear of every attempt all the same.
 */
final class SimListeners {
  private final Surprises surprises;
  private Set<Long> heard = new HashSet<>();
  private long from;

  SimListeners(Surprises surprises) {
    this.surprises = surprises;
  }

  /** Begins to listen to a new engine, which gives ids after one. */
  void begin(Engine engine, long after) {
    Set<Long> now = new HashSet<>();
    heard = now;
    from = after;
    engine
        .events()
        .add(
            new EngineListener() {
              @Override
              public boolean caresFor(AttemptRow attempt) {
                surprises.maybe();
                return true;
              }

              @Override
              public void attempted(
                  EndpointRow endpoint, AttemptRow attempt, @Nullable MessageSpec message) {
                surprises.maybe();
              }
            });
    engine
        .events()
        .add(
            new EngineListener() {
              @Override
              public void attempted(
                  EndpointRow endpoint, AttemptRow attempt, @Nullable MessageSpec message) {
                now.add(attempt.id());
              }
            });
  }

  /** Nothing happens any more: all exchanges that the last engine made were told of. */
  void check(SimTables tables) {
    for (AttemptRow attempt : tables.attempts().tailMap(from, false).values()) {
      if (attempt.kind() != AttemptKind.NONE && !heard.contains(attempt.id())) {
        throw new Violation("events: nobody was told of " + attempt);
      }
    }
  }
}
