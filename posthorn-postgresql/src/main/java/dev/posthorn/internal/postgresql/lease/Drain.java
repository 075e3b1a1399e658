package dev.posthorn.internal.postgresql.lease;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The request of somebody that a node gives its partitions away, and takes none. While no other
 * node would take them, it keeps them: else nothing would be delivered. It stays asked when it
 * joins again after others took over. Owned by the balancer's thread.
 */
final class Drain {
  private static final Logger LOG = LoggerFactory.getLogger(Drain.class);

  private volatile boolean inForce;
  private boolean asked;
  private boolean pointless;

  /** Returns whether the node gives its partitions away. Any thread may ask. */
  boolean isInForce() {
    return inForce;
  }

  /** Returns whether somebody has asked for it. */
  boolean isAsked() {
    return asked;
  }

  /**
   * Looks at the rows of all nodes.
   *
   * @return whether it has begun, or has ended
   */
  boolean look(Seat me, NodeTables.State state) {
    if (state.members().stream().noneMatch(one -> isMe(one, me))) {
      return false; // others took over: it joins again
    }
    asked = state.members().stream().anyMatch(one -> isMe(one, me) && one.draining());
    boolean heir =
        state.members().stream()
            .anyMatch(one -> !isMe(one, me) && one.claims() && !one.draining() && !one.expired());
    note(asked && !heir);
    boolean before = inForce;
    inForce = asked && heir;
    if (inForce != before) {
      LOG.info(
          inForce
              ? "Giving all partitions away: somebody asked this node to"
              : "Taking partitions again");
    }
    return inForce != before;
  }

  private void note(boolean now) {
    if (now && !pointless) {
      LOG.warn(
          "Partitions not given away, although somebody asked for it: no other node takes any");
    }
    pointless = now;
  }

  private static boolean isMe(NodeTables.Member member, Seat me) {
    return member.node() == me.node().id();
  }
}
