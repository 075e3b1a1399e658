package dev.posthorn.internal.fair;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.spi.runtime.Owner;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FairQueueTest {
  private final FairQueue<Integer> queue = new FairQueue<>();

  private static Owner owner(String group) {
    return new Owner(group, group);
  }

  private List<Integer> takeAll() {
    List<Integer> taken = new ArrayList<>();
    for (Integer next; (next = queue.poll()) != null; ) {
      taken.add(next);
    }
    return taken;
  }

  @Test
  void groupsTakeTurnsAndEachHasItsThingsInOrder() {
    for (int i = 1; i <= 4; i++) {
      queue.add(owner("a"), i);
    }
    queue.add(owner("b"), 11);
    queue.add(owner("b"), 12);
    queue.add(owner("c"), 21);
    assertThat(takeAll()).containsExactly(1, 11, 21, 2, 12, 3, 4);
    assertThat(queue.poll()).isNull();
  }

  @Test
  void membersOfAGroupTakeTheTurnsOfTheirGroup() {
    for (int i = 1; i <= 3; i++) {
      queue.add(new Owner("a", "x"), i);
    }
    queue.add(new Owner("a", "y"), 11);
    for (int i = 21; i <= 24; i++) {
      queue.add(new Owner("b", "x"), i);
    }
    assertThat(takeAll()).containsExactly(1, 21, 11, 22, 2, 23, 3, 24);
  }

  @Test
  void whoMayNotHaveATurnIsPassedOverAndKeepsItsPlace() {
    queue.add(owner("a"), 1);
    queue.add(owner("b"), 2);
    queue.add(owner("c"), 3);
    assertThat(queue.poll(owner -> !owner.equals(owner("a")))).isEqualTo(2);
    assertThat(queue.poll(owner -> false)).isNull();
    assertThat(takeAll()).containsExactly(1, 3);
  }

  @Test
  void noMemberOfAGroupIsLookedAtThatMayHaveNoTurn() {
    for (int i = 1; i <= 4_000; i++) {
      queue.add(new Owner("many", i), i);
    }
    queue.add(owner("few"), 0);
    List<Owner> lookedAt = new ArrayList<>();
    Integer next = queue.poll(group -> !group.equals("many"), owner -> lookedAt.add(owner));
    assertThat(next).isZero();
    assertThat(lookedAt).containsExactly(owner("few"));
  }

  @Test
  void whoComesAgainIsBehindThoseWhoWait() {
    queue.add(owner("a"), 1);
    queue.add(owner("b"), 2);
    assertThat(queue.poll()).isEqualTo(1);
    queue.add(owner("a"), 3);
    queue.add(owner("a"), 4);
    queue.add(owner("b"), 5);
    assertThat(takeAll()).containsExactly(2, 3, 5, 4);
  }

  @Test
  void whatIsTakenOutHasNoTurn() {
    queue.add(owner("a"), 1);
    queue.add(owner("a"), 2);
    queue.add(owner("b"), 3);
    assertThat(queue.remove(owner("a"), 1)).isTrue();
    assertThat(queue.remove(owner("a"), 1)).isFalse();
    assertThat(queue.remove(owner("b"), 3)).isTrue();
    assertThat(queue.remove(owner("c"), 3)).isFalse();
    assertThat(takeAll()).containsExactly(2);
  }
}
