package dev.posthorn.engine;

import dev.posthorn.scheduler.Clock;

/** Makes the parts of an engine. Tests of the simulation plant mistakes in them. */
class Parts {
  Lane lane(EndpointEntry endpoint, ShardLoop loop, LaneQueue queue) {
    return new Lane(endpoint, loop, queue);
  }

  LaneQueue queue(boolean complete) {
    return new LaneQueue(complete);
  }

  Cancellations cancellations(Directory directory) {
    return new Cancellations(directory);
  }

  Guard guard(Clock clock) {
    return new Guard(clock, new Condition());
  }

  Journal journal(EngineRuntime runtime, Guard guard, long retentionMillis) {
    return new Journal(runtime, guard, retentionMillis);
  }

  Permits permits(EngineLimits limits, int loops) {
    return new Permits(limits, loops);
  }
}
