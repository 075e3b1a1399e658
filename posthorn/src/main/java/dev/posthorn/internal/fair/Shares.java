package dev.posthorn.internal.fair;

import dev.posthorn.spi.runtime.Owner;
import java.util.HashMap;
import java.util.Map;

/**
 * Shares of owners in a scarce resource. A group may not take more than it leaves for others, so
 * that a newcomer always finds something: the first group gets a half, the next a quarter. Members
 * share what their group may have by the same rule, if they are counted. Not thread-safe.
 */
public final class Shares {
  private final int all;
  private final boolean membersCount;
  private final Map<Object, Integer> ofGroups = new HashMap<>();
  private final Map<Owner, Integer> ofMembers = new HashMap<>();
  private int taken;

  private Shares(int all, boolean membersCount) {
    this.all = all;
    this.membersCount = membersCount;
  }

  /** Creates shares by group; members of a group compete freely. */
  public static Shares ofGroups(int all) {
    return new Shares(all, false);
  }

  /** Creates shares by group, and by member within each group. */
  public static Shares ofMembers(int all) {
    return new Shares(all, true);
  }

  /** Returns whether an owner may take one more. */
  public boolean mayTake(Owner owner) {
    if (!mayGroupTake(owner.group())) {
      return false;
    }
    // Each unit that the group takes also leaves one less for others.
    int leftForGroup = (all - taken - of(owner.group()) + 1) / 2;
    return !membersCount || ofMembers.getOrDefault(owner, 0) < leftForGroup;
  }

  /** Returns whether a group may take one more, regardless of its members' shares. */
  public boolean mayGroupTake(Object group) {
    return of(group) < all - taken;
  }

  private int of(Object group) {
    return ofGroups.getOrDefault(group, 0);
  }

  /** Takes one. */
  public void take(Owner owner) {
    taken++;
    ofGroups.merge(owner.group(), 1, Integer::sum);
    if (membersCount) {
      ofMembers.merge(owner, 1, Integer::sum);
    }
  }

  /** Gives one back. */
  public void giveBack(Owner owner) {
    taken--;
    less(ofGroups, owner.group());
    if (membersCount) {
      less(ofMembers, owner);
    }
  }

  private static <K> void less(Map<K, Integer> counts, K key) {
    counts.computeIfPresent(key, (k, count) -> count == 1 ? null : count - 1);
  }

  /** Returns whether nothing is taken. */
  public boolean isUntaken() {
    return taken == 0;
  }

  /** Returns the total number. */
  public int all() {
    return all;
  }
}
