package dev.posthorn.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FairQueueTest {
  private final FairQueue<String, Integer> queue = new FairQueue<>();

  private List<Integer> takeAll() {
    List<Integer> taken = new ArrayList<>();
    for (Integer next; (next = queue.poll(owner -> true)) != null; ) {
      taken.add(next);
    }
    return taken;
  }

  @Test
  void ownersTakeTurnsAndEachHasItsThingsInOrder() {
    for (int i = 1; i <= 4; i++) {
      queue.add("a", i);
    }
    queue.add("b", 11);
    queue.add("b", 12);
    queue.add("c", 21);
    assertThat(takeAll()).containsExactly(1, 11, 21, 2, 12, 3, 4);
    assertThat(queue.poll(owner -> true)).isNull();
  }

  @Test
  void whoMayNotHaveATurnIsPassedOverAndKeepsItsPlace() {
    queue.add("a", 1);
    queue.add("b", 2);
    queue.add("c", 3);
    assertThat(queue.poll(owner -> !owner.equals("a"))).isEqualTo(2);
    assertThat(queue.poll(owner -> false)).isNull();
    assertThat(takeAll()).containsExactly(1, 3);
  }

  @Test
  void whoComesAgainIsBehindThoseWhoWait() {
    queue.add("a", 1);
    queue.add("b", 2);
    assertThat(queue.poll(owner -> true)).isEqualTo(1);
    queue.add("a", 3);
    queue.add("a", 4);
    queue.add("b", 5);
    assertThat(takeAll()).containsExactly(2, 3, 5, 4);
  }
}
