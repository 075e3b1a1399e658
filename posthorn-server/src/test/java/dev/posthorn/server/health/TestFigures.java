package dev.posthorn.server.health;

import dev.posthorn.internal.engine.base.LatencyHistogram;
import dev.posthorn.internal.engine.lane.LaneGauges;
import org.jspecify.annotations.Nullable;

/** Figures that a test sets, at a time that it sets. */
final class TestFigures {
  final LatencyHistogram delays = new LatencyHistogram();
  long at = 1_000_000_000_000L;
  long accepted;
  long refused;
  long overdueSeconds;
  int circuitOpen;
  long diskFree = 50;
  long losses;
  long handoffLagSeconds;
  boolean failed;
  boolean lease = true;
  boolean held;
  @Nullable String obstacle;

  /** Advances the time. */
  void seconds(long more) {
    at += more * 1_000;
  }

  Figures read() {
    return new Figures(
        at,
        new Figures.Counters(
            new Figures.Messages(accepted, 0, refused, 0, 0),
            new Figures.Deliveries(accepted, 0, accepted, 0),
            new Figures.Trouble(0, 0, 0, 0),
            Delays.of(delays)),
        new LaneGauges(0, 0, circuitOpen, 0, 0, 0, 0, overdueSeconds * 1_000),
        100,
        new Figures.Storage(10, 0, diskFree, 100),
        new Figures.State(obstacle, failed, lease, held),
        new Figures.Sharing(losses, handoffLagSeconds * 1_000));
  }
}
