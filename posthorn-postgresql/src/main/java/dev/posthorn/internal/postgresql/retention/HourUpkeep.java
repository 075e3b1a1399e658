package dev.posthorn.internal.postgresql.retention;

import dev.posthorn.internal.postgresql.connection.Session;
import dev.posthorn.internal.postgresql.history.HourCounter;
import dev.posthorn.internal.postgresql.lease.NodeLease;
import dev.posthorn.spi.store.Batch;
import dev.posthorn.spi.store.PartitionBatch;
import dev.posthorn.spi.store.rows.AttemptRow;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Decides when attempts are counted: those of a partition once there are thousands, or after a
 * while, or before they are removed. Owned by the writer.
 */
final class HourUpkeep {
  private static final int MANY = 4_000;
  private static final int PARTITIONS_AT_ONCE = 16;
  private static final long WHILE_MILLIS = 10_000;
  private static final int EXPIRED_AT_ONCE = 500;
  private static final long NONE = Long.MAX_VALUE;

  /** The first attempt of each partition that is not counted. */
  private final long[] first;

  private final int[] uncounted;
  private final Owned owned;

  /** True once {@link #first} is right also about attempts from before. */
  private boolean known;

  /** The time from which on all partitions are counted that have not been counted since. */
  private long round;

  private int expiredBefore = -1;

  HourUpkeep(Owned owned) {
    this.owned = owned;
    first = new long[NodeLease.PARTITIONS];
    uncounted = new int[NodeLease.PARTITIONS];
    forget();
  }

  /** Assumes nothing from now on: a transaction failed, or the partitions are new here. */
  void forget() {
    known = false;
    Arrays.fill(first, NONE);
    expiredBefore = -1;
  }

  /** Notes the attempts of a batch. */
  void note(Batch batch) {
    for (PartitionBatch part : batch.partitions()) {
      int partition = part.partition();
      uncounted[partition] += part.attempts.size();
      for (AttemptRow row : part.attempts) {
        first[partition] = Math.min(first[partition], row.id());
      }
    }
  }

  /** Returns whether attempts are to be counted. */
  boolean isDue(long keepFrom, long now) {
    return !known || due(keepFrom, now).length > 0;
  }

  /** Returns some partitions whose attempts are to be counted. */
  private short[] due(long keepFrom, long now) {
    // The clock may have been set back.
    boolean every = now >= round || round - now > WHILE_MILLIS;
    short[] due = new short[PARTITIONS_AT_ONCE];
    int count = 0;
    for (int i = 0; i < first.length && count < due.length; i++) {
      if (first[i] != NONE
          && owned.has(i)
          && (every || uncounted[i] >= MANY || first[i] < keepFrom)) {
        due[count++] = (short) i;
      }
    }
    if (every && count == 0) {
      round = now + WHILE_MILLIS;
    }
    return Arrays.copyOf(due, count);
  }

  /** Counts attempts of some partitions. */
  void slice(Session session, long keepFrom, long now) throws SQLException {
    if (!known) {
      for (HourCounter.Uncounted each : HourCounter.uncounted(session)) {
        first[each.partition()] = each.attempt();
      }
      known = true;
    }
    count(session, due(keepFrom, now));
  }

  /** Counts the attempts of a partition up to an id, which are about to be removed. */
  void settle(Session session, int partition, long upTo) throws SQLException {
    if (!known || first[partition] <= upTo) {
      count(session, (short) partition);
    }
  }

  private void count(Session session, short... partitions) throws SQLException {
    if (partitions.length == 0) {
      return;
    }
    HourCounter.count(session, partitions);
    for (short partition : partitions) {
      first[partition] = NONE;
      uncounted[partition] = 0;
    }
  }

  /** Returns whether all attempts with smaller ids are counted. */
  boolean isCountedBelow(long id) {
    return known && IntStream.range(0, first.length).noneMatch(i -> first[i] < id && owned.has(i));
  }

  /** Returns whether there are hours to remove, and none of them will get further counts. */
  boolean hasExpired(long keepFrom) {
    return HourCounter.hourOf(keepFrom) > expiredBefore && isCountedBelow(keepFrom);
  }

  /** Removes some of the hours that ended before an id was assigned. */
  void expire(Session session, long keepFrom) throws SQLException {
    int before = HourCounter.hourOf(keepFrom);
    if (HourCounter.expire(session, owned.numbers(), before, EXPIRED_AT_ONCE) < EXPIRED_AT_ONCE) {
      expiredBefore = before;
    }
  }
}
