package dev.posthorn.internal.engine.lane;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The lanes of one loop, and how much each may have in memory: their parts of a number of rows for
 * all, so that memory does not depend on how many lanes have work. Owned by the loop.
 */
final class LaneTable {
  private static final int MAX_IDLE = 10_000;
  private static final int PARKED_ROOM = 512;
  private static final int MIN_PARKED_ROOM = 2;
  private static final int SLOW_PARKED_ROOM = 8;

  /** One lane with its settings made takes about as much memory as so many rows. */
  private static final int ROWS_OF_SETTINGS = 5;

  /** The most parked rows of all lanes to have in memory. */
  private final int parkedRows;

  private final Consumer<Lane> turn;
  private final Map<Long, Lane> lanes = new HashMap<>();
  private final LinkedHashMap<Long, Lane> idle = new LinkedHashMap<>();

  /** With so many lanes that have work each is to look whether it has too many rows in memory. */
  private int crowd;

  /**
   * Creates an empty table.
   *
   * @param parkedRows the parked rows of all lanes that may be in memory
   * @param turn gives a lane a turn, in which it gives up the rows that are too many
   */
  LaneTable(int parkedRows, Consumer<Lane> turn) {
    this.parkedRows = parkedRows;
    this.turn = turn;
    this.crowd = firstCrowd();
  }

  @Nullable Lane get(long endpoint) {
    return lanes.get(endpoint);
  }

  Collection<Lane> all() {
    return lanes.values();
  }

  void add(Lane lane) {
    lanes.put(lane.endpoint.id, lane);
    makeRoom();
  }

  /** Forgets a lane. */
  void remove(Lane lane) {
    lanes.remove(lane.endpoint.id, lane);
    idle.remove(lane.endpoint.id, lane);
  }

  /** A lane has nothing to do and nothing to remember; the oldest of too many such lanes go. */
  void idle(Lane lane) {
    if (!lane.idle) {
      lane.idle = true;
      idle.put(lane.endpoint.id, lane);
    }
    if (idle.size() > MAX_IDLE) {
      Lane oldest = idle.pollFirstEntry().getValue();
      oldest.idle = false;
      if (oldest.isForgettable()) {
        lanes.remove(oldest.endpoint.id, oldest);
      }
    }
    if (working() < crowd / 4 && crowd > firstCrowd()) {
      crowd /= 2;
    }
  }

  /** A lane may have work. */
  void busy(Lane lane) {
    if (lane.idle) {
      lane.idle = false;
      idle.remove(lane.endpoint.id);
      makeRoom();
    }
  }

  /** Returns how many lanes have work. */
  private int working() {
    return lanes.size() - idle.size();
  }

  private int firstCrowd() {
    return Math.max(16, parkedRows / PARKED_ROOM);
  }

  /** Returns how many parked rows a lane may have in memory; at least what it takes to go on. */
  int parkedRoom(Lane lane) {
    int part = Math.clamp(parkedRows / Math.max(1, working()), MIN_PARKED_ROOM, PARKED_ROOM);
    return lane.isSlow() ? Math.min(part, SLOW_PARKED_ROOM) : part;
  }

  /** Returns whether lanes must not keep their settings made while nothing of them is under way. */
  boolean isCrowded() {
    return working() > parkedRows / ROWS_OF_SETTINGS;
  }

  /** Once there are twice as many lanes, those that have more rows than their part give some up. */
  private void makeRoom() {
    if (working() < crowd) {
      return;
    }
    crowd *= 2;
    for (Lane lane : lanes.values()) {
      if (lane.queue.parkedSize() > parkedRoom(lane)) {
        turn.accept(lane);
      }
    }
  }
}
