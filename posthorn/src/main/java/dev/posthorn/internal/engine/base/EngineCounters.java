package dev.posthorn.internal.engine.base;

import dev.posthorn.AttemptKind;
import dev.posthorn.DeliveryState;
import dev.posthorn.Reason;
import dev.posthorn.internal.id.Ids;
import dev.posthorn.spi.store.rows.AttemptRow;
import dev.posthorn.spi.store.rows.EndpointState;
import dev.posthorn.spi.store.rows.LiveRow;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counters of an engine since its start, for metrics. They only grow, apart from the lag of
 * handoffs. Counting allocates nothing and takes no lock.
 */
public final class EngineCounters {
  private final LongAdder accepted = new LongAdder();
  private final LongAdder unmatched = new LongAdder();
  private final LongAdder duplicates = new LongAdder();
  private final LongAdder created = new LongAdder();
  private final EnumCounters<Reason> refused = new EnumCounters<>(Reason.class);
  private final EnumCounters<AttemptResult> attempts = new EnumCounters<>(AttemptResult.class);
  private final EnumCounters<AttemptResult> broken = new EnumCounters<>(AttemptResult.class);
  private final EnumCounters<DeliveryState> ended = new EnumCounters<>(DeliveryState.class);
  private final EnumCounters<EndpointState> disabled = new EnumCounters<>(EndpointState.class);
  private final LatencyHistogram attemptTime = new LatencyHistogram();
  private final LatencyHistogram firstDelay = new LatencyHistogram();

  private volatile long handoffLagMillis;

  public EngineCounters() {}

  // ---- what the engine tells -----------------------------------------------------------------

  public void accepted(SendResult message) {
    if (message.duplicate()) {
      duplicates.increment();
      return;
    }
    accepted.increment();
    created.add(message.targets().length);
    if (message.targets().length == 0) {
      unmatched.increment();
    }
  }

  public void refused(Reason why) {
    refused.add(why);
  }

  /** The oldest work of other nodes that waited at the last look had waited for so long. */
  public void handoffLag(long millis) {
    handoffLagMillis = millis;
  }

  public void replayed() {
    created.increment();
  }

  /** An exchange was started at a time, and came about. */
  public void started(LiveRow row, long atMillis) {
    long acceptedAt = Ids.timeOf(row.message());
    boolean first =
        row.attempts() == 0
            && row.kind() == AttemptKind.SCHEDULED
            && row.notBefore() == 0
            && row.due() <= acceptedAt; // else it was scheduled, or a Retry-After moved it
    if (first) {
      firstDelay.record(Math.max(0, atMillis - acceptedAt) * 1_000_000);
    }
  }

  /** An attempt, or the end of a delivery without one, is on disk. */
  public void attempted(AttemptRow attempt) {
    if (attempt.kind() != AttemptKind.NONE) {
      attempts.add(AttemptResult.of(attempt.status(), attempt.error()));
      attemptTime.record(attempt.timings().total() * 1_000L);
      if (attempt.status() != 0 && attempt.error() != null) {
        broken.add(AttemptResult.ofError(attempt.error()));
      }
    }
    if (attempt.state() != DeliveryState.WAITING && attempt.kind() != AttemptKind.TEST) {
      ended.add(attempt.state());
    }
  }

  void disabled(EndpointState state) {
    disabled.add(state);
  }

  // ---- what can be read ----------------------------------------------------------------------

  /** Returns how many messages were accepted, those that were accepted before not counted. */
  public long messagesAccepted() {
    return accepted.sum();
  }

  /** Returns how many of the accepted messages were for no endpoint. */
  public long messagesUnmatched() {
    return unmatched.sum();
  }

  /** Returns how many messages were sent again under the event id of one that was accepted. */
  public long messagesDuplicate() {
    return duplicates.sum();
  }

  /** Returns how many messages were refused for a reason. */
  public long messagesRefused(Reason why) {
    return refused.get(why);
  }

  /** Returns how many deliveries there came to be, by acceptance or by replay. */
  public long deliveriesCreated() {
    return created.sum();
  }

  /** Returns how many deliveries came to an end in a state. */
  public long deliveriesEnded(DeliveryState state) {
    return ended.get(state);
  }

  /** Returns how many attempts had a result, once it was on disk; tests and replays count too. */
  public long attempts(AttemptResult result) {
    return attempts.get(result);
  }

  /**
   * Returns how many responses had a body that did not come whole for a reason; their attempts are
   * counted by status.
   */
  public long brokenBodies(AttemptResult error) {
    return broken.get(error);
  }

  /** Returns how many endpoints were disabled by the engine, with a state. */
  public long endpointsDisabled(EndpointState state) {
    return disabled.get(state);
  }

  /** Returns how long the oldest work of other nodes had waited that was found at the last look. */
  public long handoffLagMillis() {
    return handoffLagMillis;
  }

  /** Returns how long attempts took, each as a whole. */
  public LatencyHistogram attemptTime() {
    return attemptTime;
  }

  /**
   * Returns how long it took from the acceptance of a message to the start of its first attempt, in
   * steps of a millisecond; scheduled messages are not counted.
   */
  public LatencyHistogram firstAttemptDelay() {
    return firstDelay;
  }
}
