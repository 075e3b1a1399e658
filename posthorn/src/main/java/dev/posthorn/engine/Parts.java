package dev.posthorn.engine;

/** Makes the parts of an engine. Tests of the simulation plant mistakes in them. */
class Parts {
  Lane lane(EndpointEntry endpoint, ShardLoop loop, LaneQueue queue) {
    return new Lane(endpoint, loop, queue);
  }

  LaneQueue queue(boolean complete) {
    return new LaneQueue(complete);
  }

  Journal journal(EngineRuntime runtime, long retentionMillis) {
    return new Journal(runtime, retentionMillis);
  }

  Permits permits(EngineLimits limits, int loops) {
    return new Permits(limits, loops);
  }
}
