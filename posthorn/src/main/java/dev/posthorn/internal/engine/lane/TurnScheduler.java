package dev.posthorn.internal.engine.lane;

import dev.posthorn.internal.engine.base.Guard;
import dev.posthorn.internal.engine.base.StoreBackoff;
import dev.posthorn.spi.runtime.Loop;
import org.jspecify.annotations.Nullable;

/**
 * Gives the lanes of one loop turns of a few attempts each, as far as {@link Permits} lets them,
 * and wakes those that wait for a time. Owned by the loop.
 */
final class TurnScheduler {
  private static final int QUANTUM = 8;
  private static final int TURNS = 64;

  /**
   * The time after which other work has its turn, above all responses. It is short, so that the
   * loop handles the connections and responses of what it starts as fast as it starts more: it
   * handles 12 at a time. Else those of a crowd keep the responses of others waiting.
   */
  private static final long TURNS_NANOS = 120_000;

  private final ShardLoop loop;
  private final Guard guard;
  private final Permits permits;
  private final WakeupQueue<Lane> wakeups = new WakeupQueue<>();
  private final ReadyQueue<Lane> ready = new ReadyQueue<>();
  private final Runnable turns = this::turns;
  private final Runnable nextTurns = this::nextTurns;
  private boolean turnComes;
  private boolean turning;
  private boolean started;
  private Loop.@Nullable Timer timer;
  private long timerAt;

  TurnScheduler(ShardLoop loop, Guard guard, Permits permits) {
    this.loop = loop;
    this.guard = guard;
    this.permits = permits;
  }

  /** Begins to give turns; returns false if it had begun before. */
  boolean start() {
    boolean first = !started;
    started = true;
    return first;
  }

  /** Gives a lane a turn, after those that are ready already. */
  void ready(Lane lane) {
    if (!lane.ready) {
      lane.ready = true;
      ready.add(lane.application(), lane, lane.doesWell());
    }
    if (!turning) {
      turnSoon();
    }
  }

  /** Gives a lane a turn later, since something failed so many times in a row before. */
  void readyLater(Lane lane, int before) {
    var unused =
        loop.schedule(
            StoreBackoff.nanos(before, StoreBackoff.OUTAGE_NANOS), () -> loop.ready(lane));
  }

  /** Asks for the next turns again: asking may have failed midway. */
  void turnIfReady() {
    if (!ready.isEmpty()) {
      turnSoon();
    }
  }

  private void turnSoon() {
    if (!turnComes) {
      loop.loop().execute(nextTurns);
      turnComes = true; // not before: it would be waited for for ever
    }
  }

  private void turnAfterIo() {
    if (!turnComes) {
      loop.loop().executeAfterIo(nextTurns);
      turnComes = true;
    }
  }

  private void nextTurns() {
    turnComes = false;
    guard.run(ShardLoop.TASK, turns);
  }

  /** Gives the lanes that are ready their turns, for a while. */
  void turns() {
    if (!started) {
      return;
    }
    turning = true;
    long began = loop.nanos();
    try {
      permits.grant();
      for (int i = 0; i < TURNS; i++) {
        Lane lane = ready.poll();
        if (lane == null) {
          break;
        }
        turn(lane);
        permits.grant(); // after the last one too: what it did not use is for those in line
        if (loop.nanos() - began >= TURNS_NANOS) {
          break;
        }
      }
    } finally {
      turning = false;
      if (!ready.isEmpty()) {
        turnAfterIo();
      }
      setTimer();
    }
  }

  private void turn(Lane lane) {
    lane.ready = false;
    if (lane.isClosed()) {
      return;
    }
    boolean more = false;
    try {
      more = lane.turn.take(QUANTUM);
      lane.failures = 0;
    } catch (Throwable e) {
      guard.doubt("a turn of a lane", e);
      readyLater(lane, lane.failures++);
    } finally {
      permits.turned(lane.share);
    }
    if (more) {
      loop.ready(lane);
    }
  }

  // ---- waking --------------------------------------------------------------------------------

  void wakeAt(Lane lane, long nanos) {
    wakeups.put(lane, nanos);
  }

  /** Wakes a lane no more until {@link #wakeAt} is called. */
  void sleep(Lane lane) {
    wakeups.remove(lane);
  }

  private void setTimer() {
    long wait = wakeups.waitNanos(loop.nanos());
    if (wait == Long.MAX_VALUE) {
      return;
    }
    long at = loop.nanos() + Math.max(0, wait);
    if (timer != null) {
      if (timerAt - at <= 0) {
        return;
      }
      timer.cancel();
      timer = null;
    }
    timerAt = at;
    timer = loop.schedule(Math.max(0, wait), this::wake);
  }

  private void wake() {
    timer = null;
    long now = loop.nanos();
    for (Lane lane; (lane = wakeups.poll(now)) != null; ) {
      loop.ready(lane);
    }
    turns();
  }
}
