package dev.posthorn.server.health;

import dev.posthorn.AttemptKind;
import dev.posthorn.internal.engine.base.EngineListener;
import dev.posthorn.spi.store.rows.AttemptRow;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Counts the attempts of the last hour by endpoint, in a fixed amount of memory: of more than some
 * thousand endpoints, it knows those with the most attempts. Thread-safe.
 *
 * <p>Each ten minutes have a table of their own. A table has buckets of eight endpoints; one that
 * finds its bucket full takes the place of the endpoint with the fewest attempts, and inherits its
 * weight, so a busy endpoint is never displaced by many quiet ones.
 */
public final class EndpointTally implements EngineListener {
  private static final int PARTS = 6;
  private static final long PART_MILLIS = 600_000;

  private final LongSupplier millis;
  private final Table[] tables = new Table[PARTS];

  /**
   * Attempts of one endpoint.
   *
   * @param attempts all attempts
   * @param failures those that were not answered with 2xx
   */
  public record Count(long attempts, long failures) {
    /** Returns the sum of both. */
    public Count and(Count other) {
      return new Count(attempts + other.attempts, failures + other.failures);
    }
  }

  /** Creates a tally without counts, with the source of the wall time. */
  public EndpointTally(LongSupplier millis) {
    this.millis = millis;
    for (int i = 0; i < PARTS; i++) {
      tables[i] = new Table();
    }
  }

  /** Counts an attempt on the event loop, and asks for no call: counting is all there is to do. */
  @Override
  public boolean caresFor(AttemptRow attempt) {
    if (attempt.isExchange() && attempt.kind() != AttemptKind.TEST) {
      long part = millis.getAsLong() / PART_MILLIS;
      tables[(int) (part % PARTS)].count(part, attempt.endpoint(), !attempt.isSuccess());
    }
    return false;
  }

  /** Returns the counts of the last hour, or of the last 50 minutes at least, by endpoint. */
  public Map<Long, Count> counts() {
    Map<Long, Count> sum = new HashMap<>();
    long oldest = millis.getAsLong() / PART_MILLIS - PARTS + 1;
    for (Table table : tables) {
      table.addTo(sum, oldest);
    }
    return sum;
  }

  /** The counts of ten minutes. */
  private static final class Table {
    private static final int BUCKETS = 512;
    private static final int WAYS = 8;

    private final long[] endpoints = new long[BUCKETS * WAYS];
    private final int[] weights = new int[BUCKETS * WAYS];
    private final int[] attempts = new int[BUCKETS * WAYS];
    private final int[] failures = new int[BUCKETS * WAYS];
    private long part = -1;

    synchronized void count(long now, long endpoint, boolean failed) {
      if (part != now) {
        clear(now);
      }
      int slot = slot(endpoint);
      if (endpoints[slot] != endpoint) {
        endpoints[slot] = endpoint;
        attempts[slot] = 0;
        failures[slot] = 0;
      }
      weights[slot]++;
      attempts[slot]++;
      failures[slot] += failed ? 1 : 0;
    }

    private void clear(long now) {
      part = now;
      Arrays.fill(endpoints, 0);
      Arrays.fill(weights, 0);
    }

    /** Returns the place of an endpoint, or the one with the least weight that it may take. */
    private int slot(long endpoint) {
      int first = (Long.hashCode(endpoint * 0x9E3779B97F4A7C15L) & (BUCKETS - 1)) * WAYS;
      int least = first;
      for (int i = first; i < first + WAYS; i++) {
        if (endpoints[i] == endpoint) {
          return i;
        }
        if (weights[i] < weights[least]) {
          least = i;
        }
      }
      return least;
    }

    void addTo(Map<Long, Count> sum, long oldest) {
      long[] keys;
      int[] all;
      int[] failed;
      synchronized (this) { // only to copy: event loops count meanwhile
        if (part < oldest) {
          return;
        }
        keys = endpoints.clone();
        all = attempts.clone();
        failed = failures.clone();
      }
      for (int i = 0; i < keys.length; i++) {
        if (keys[i] != 0) {
          sum.merge(keys[i], new Count(all[i], failed[i]), Count::and);
        }
      }
    }
  }
}
