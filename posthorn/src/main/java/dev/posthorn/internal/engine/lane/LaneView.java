package dev.posthorn.internal.engine.lane;

/**
 * The work of an endpoint's lane at one moment.
 *
 * @param firstUnderWay how many deliveries are under way that have spent no attempt yet: their
 *     exchange runs, or its outcome is being stored
 * @param rateLimited whether a delivery that is due waits for the endpoint's rate limit
 */
public record LaneView(int firstUnderWay, boolean rateLimited) {
  public static final LaneView IDLE = new LaneView(0, false);
}
