package dev.posthorn.engine;

/**
 * What an endpoint's lane does at a moment.
 *
 * @param underWay how many deliveries are under way: their exchange runs, or its outcome is being
 *     stored
 * @param rateLimited whether a delivery that is due waits for the endpoint's rate limit
 */
public record LaneView(int underWay, boolean rateLimited) {
  static final LaneView IDLE = new LaneView(0, false);
}
