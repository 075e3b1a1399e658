package dev.posthorn.internal.fair;

import dev.posthorn.spi.runtime.Owner;
import java.util.HashMap;
import java.util.Map;

/**
 * The shares of owners in something that there is little of. No group takes more than is left for
 * others, so however many have come, another one finds something: the first gets a half, the next a
 * quarter. Members share what their group may have by the same rule, if they count. Not
 * thread-safe.
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

  /** Returns what groups share; members of one take from each other. */
  public static Shares ofGroups(int all) {
    return new Shares(all, false);
  }

  /** Returns what groups share, and the members of each. */
  public static Shares ofMembers(int all) {
    return new Shares(all, true);
  }

  /** Returns whether an owner may take one more. */
  public boolean mayTake(Owner owner) {
    if (!mayGroupTake(owner.group())) {
      return false;
    }
    // Each that the group takes leaves one less for others, too.
    int leftForGroup = (all - taken - of(owner.group()) + 1) / 2;
    return !membersCount || ofMembers.getOrDefault(owner, 0) < leftForGroup;
  }

  /** Returns whether a group may take one more; which of its members may is another question. */
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

  /** Returns whether nobody has any. */
  public boolean isUntaken() {
    return taken == 0;
  }

  /** Returns how many there are. */
  public int all() {
    return all;
  }
}
