package dev.posthorn.store;

/**
 * What a lane remembers across restarts.
 *
 * @param endpoint whose lane
 * @param failingSince since when there was nothing but failures, or 0
 */
public record LaneStateRow(long endpoint, long failingSince) {}
