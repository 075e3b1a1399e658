package dev.posthorn.internal.engine.lane;

/**
 * What an endpoint's lane does at a moment.
 *
 * @param firstUnderWay how many deliveries are under way that have spent no attempt yet: their
 *     exchange runs, or its outcome is being stored
 * @param rateLimited whether a delivery that is due waits for the endpoint's rate limit
 */
public record LaneView(int firstUnderWay, boolean rateLimited) {
  public static final LaneView IDLE = new LaneView(0, false);
}
