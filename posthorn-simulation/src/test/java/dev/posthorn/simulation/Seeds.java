package dev.posthorn.simulation;

import java.util.stream.LongStream;

/**
 * The seeds that a test runs. The environment variable {@value #VARIABLE} replaces them with one,
 * to repeat a run.
 */
final class Seeds {
  static final String VARIABLE = "POSTHORN_SIMULATION_SEED";

  private Seeds() {}

  /** Returns {@code count} seeds beginning with {@code first}, or the one that is set. */
  static LongStream from(long first, int count) {
    String one = System.getenv(VARIABLE);
    return one == null
        ? LongStream.range(first, first + count)
        : LongStream.of(Long.parseLong(one));
  }

  /** Returns the number of nodes of a seed: from 2 to 5, mostly few. */
  static int nodes(long seed) {
    int[] counts = {2, 3, 2, 3, 4, 2, 3, 5};
    return counts[Math.floorMod(seed, counts.length)];
  }

  /** Returns the command that repeats one seed of a test. */
  static String command(long seed, String test) {
    return VARIABLE + "=" + seed + " bin/test " + test;
  }
}
