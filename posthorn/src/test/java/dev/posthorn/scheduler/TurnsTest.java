package dev.posthorn.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TurnsTest {
  @Test
  void eachOwnerHasOneTaskInTurn() {
    Turns<String> turns = new Turns<>();
    List<String> done = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      turns.add("a", () -> done.add("a"));
    }
    turns.add("b", () -> done.add("b"));
    turns.add("c", () -> done.add("c"));
    for (Runnable next; (next = turns.next()) != null; ) {
      next.run();
    }
    assertThat(done).containsExactly("a", "b", "c", "a", "a");
  }
}
