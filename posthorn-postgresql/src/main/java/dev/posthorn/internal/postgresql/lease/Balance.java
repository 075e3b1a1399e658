package dev.posthorn.internal.postgresql.lease;

/**
 * The next step of a node toward its share of the partitions. Nodes take their steps without
 * talking to each other: none goes above the share of each when it claims, nor below it when it
 * gives away. So they come to rest once nobody has more than that.
 *
 * @param claims the number of partitions to claim
 * @param releases the number of partitions to give away
 */
record Balance(int claims, int releases) {
  static final Balance REST = new Balance(0, 0);

  /** The most partitions that a node claims in one step. */
  static final int MOST_CLAIMS = 32;

  /** The most that it gives away at a time. */
  static final int MOST_RELEASES = 16;

  /** The same in the minute after a node was lost, which may come back. */
  static final int RELEASES_WHILE_UNSURE = 4;

  /**
   * The state of things, as a node sees it.
   *
   * @param nodes the number of nodes that claim partitions, this one too
   * @param owned the number of partitions that it owns
   * @param leaving the number of those that it is giving away
   * @param free the number of partitions that nobody owns
   */
  record Sight(int nodes, int owned, int leaving, int free) {}

  /**
   * Returns the next step.
   *
   * @param unsure whether a node was lost a short time ago
   */
  static Balance of(Sight sight, boolean unsure) {
    int share = Math.ceilDiv(NodeLease.PARTITIONS, sight.nodes);
    int kept = sight.owned - sight.leaving;
    if (kept < share) {
      return new Balance(Math.min(MOST_CLAIMS, Math.min(sight.free, share - kept)), 0);
    }
    int most = (unsure ? RELEASES_WHILE_UNSURE : MOST_RELEASES) - sight.leaving;
    return new Balance(0, Math.clamp(most, 0, kept - share));
  }
}
