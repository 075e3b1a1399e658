package dev.posthorn.internal.fair;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TurnsTest {
  private final Turns<String> turns = new Turns<>();

  private List<String> all() {
    List<String> all = new ArrayList<>();
    for (String next; (next = turns.poll()) != null; ) {
      all.add(next);
    }
    return all;
  }

  @Test
  void applicationsTakeTurnsAndTheirMembersAreInOrder() {
    turns.add(1, "a1");
    turns.add(1, "a2");
    turns.add(1, "a3");
    turns.add(2, "b1");
    turns.add(2, "b2");
    assertThat(all()).containsExactly("a1", "b1", "a2", "b2", "a3");
    assertThat(turns.isEmpty()).isTrue();
  }

  @Test
  void theTurnOfAnApplicationThatComesAgainIsTheLast() {
    turns.add(1, "a1");
    turns.add(2, "b1");
    turns.add(2, "b2");
    assertThat(turns.poll()).isEqualTo("a1");
    turns.add(1, "a2");
    assertThat(all()).containsExactly("b1", "a2", "b2");
  }

  @Test
  void theNextMemberCanBeLookedAt() {
    assertThat(turns.peek()).isNull();
    turns.add(1, "a1");
    turns.add(2, "b1");
    assertThat(turns.peek()).isEqualTo("a1");
    assertThat(turns.poll()).isEqualTo("a1");
    assertThat(turns.peek()).isEqualTo("b1");
  }
}
