package dev.posthorn.internal.engine.lane;

import java.util.List;

/**
 * Assigns endpoints to loops: 256 shards by a hash of the endpoint's id, dealt out to the loops.
 */
public final class Shards {
  /** The number of shards, in every store and for all time. */
  static final int COUNT = 256;

  private final List<ShardLoop> loops;

  public Shards(List<ShardLoop> loops) {
    this.loops = List.copyOf(loops);
  }

  /** Returns the shard of an endpoint. */
  static int shardOf(long endpoint) {
    long mixed = endpoint * 0x9E3779B97F4A7C15L; // Fibonacci hashing (Knuth, TAOCP 6.4)
    return (int) (mixed >>> 56);
  }

  public ShardLoop loop(long endpoint) {
    return loops.get(shardOf(endpoint) % loops.size());
  }

  public List<ShardLoop> all() {
    return loops;
  }
}
