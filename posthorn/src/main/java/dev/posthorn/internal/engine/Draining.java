package dev.posthorn.internal.engine;

import dev.posthorn.internal.engine.base.Tenure;
import dev.posthorn.internal.engine.lane.Lane;
import dev.posthorn.internal.engine.lane.LaneContext;
import dev.posthorn.internal.engine.lane.Parts;
import dev.posthorn.internal.engine.lane.ShardLoop;
import dev.posthorn.internal.engine.lane.Shards;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Waits until the lanes of some tenures have settled, and drops them: no exchange is under way, and
 * every outcome is on its way to the store. Each tenure ends by itself, so a receiver that hangs
 * holds up its own partition only, and not for long.
 */
final class Draining {
  private static final long LOOK_NANOS = 5_000_000;

  /** The time that exchanges under way have to end. */
  private static final long PATIENCE_NANOS = 5_000_000_000L;

  private final LaneContext context;
  private final Parts parts;
  private final Consumer<Set<Tenure>> settled;
  private final long until;

  /** The number of loops that each tenure still has lanes on. */
  private final Map<Tenure, Integer> loops = new ConcurrentHashMap<>();

  /**
   * Creates a draining that has not begun.
   *
   * @param settled told, on a loop, of tenures whose lanes are all gone
   */
  Draining(LaneContext context, Parts parts, Consumer<Set<Tenure>> settled) {
    this.context = context;
    this.parts = parts;
    this.settled = settled;
    this.until = context.clock().machine().nanoTime() + PATIENCE_NANOS;
  }

  /** Begins. Nothing comes to the lanes any more. */
  void begin(Set<Tenure> ending, Shards shards) {
    ending.forEach(tenure -> loops.put(tenure, shards.all().size()));
    for (ShardLoop loop : shards.all()) {
      loop.execute(() -> look(loop, lanes(loop, ending)));
    }
  }

  private static Map<Tenure, List<Lane>> lanes(ShardLoop loop, Set<Tenure> ending) {
    Map<Tenure, List<Lane>> lanes = new LinkedHashMap<>(loop.lanes(ending));
    ending.forEach(tenure -> lanes.putIfAbsent(tenure, List.of()));
    return lanes;
  }

  private void look(ShardLoop loop, Map<Tenure, List<Lane>> left) {
    boolean late = context.clock().machine().nanoTime() - until >= 0;
    Set<Tenure> quiet = new LinkedHashSet<>();
    left.forEach(
        (tenure, lanes) -> {
          if (late || lanes.stream().allMatch(parts::isSettled)) {
            quiet.add(tenure);
          }
        });
    if (!quiet.isEmpty()) {
      loop.drop(quiet);
      left.keySet().removeAll(quiet);
      tell(quiet);
    }
    if (!left.isEmpty()) {
      var unused = loop.schedule(LOOK_NANOS, () -> look(loop, left));
    }
  }

  private void tell(Set<Tenure> quiet) {
    Set<Tenure> gone = new LinkedHashSet<>();
    for (Tenure tenure : quiet) {
      if (loops.merge(tenure, -1, Integer::sum) == 0) {
        gone.add(tenure);
      }
    }
    if (!gone.isEmpty()) {
      settled.accept(gone);
    }
  }
}
