package dev.posthorn.internal.engine.lane;

import dev.posthorn.internal.engine.base.Condition;
import dev.posthorn.internal.engine.base.EngineLimits;
import dev.posthorn.internal.engine.base.EngineRuntime;
import dev.posthorn.internal.engine.base.Guard;
import dev.posthorn.internal.engine.base.Ownership;
import dev.posthorn.internal.engine.base.Tenure;
import dev.posthorn.internal.engine.journal.Journal;
import dev.posthorn.internal.engine.journal.SettingsMemory;
import dev.posthorn.internal.engine.registry.EndpointRegistry;
import dev.posthorn.spi.runtime.Clock;
import dev.posthorn.spi.store.Lease;

/** Makes the parts of an engine. Tests of the simulation plant mistakes in them. */
public class Parts {
  LaneQueue queue(boolean complete) {
    return new LaneQueue(complete);
  }

  public Cancellations cancellations(EndpointRegistry registry, Ownership ownership, Lease lease) {
    return new Cancellations(registry, ownership, lease);
  }

  public Tenure tenure(int partition) {
    return new Tenure(partition);
  }

  /** Returns whether nothing of a lane is under way, so its partition may be released. */
  public boolean isSettled(Lane lane) {
    return lane.isSettled();
  }

  public Guard guard(Clock clock) {
    return new Guard(clock, new Condition());
  }

  public Journal journal(
      EngineRuntime runtime, Guard guard, SettingsMemory settings, long retentionMillis) {
    return new Journal(runtime, guard, settings, retentionMillis);
  }

  Permits permits(EngineLimits limits, int loops) {
    return new Permits(limits, loops);
  }
}
