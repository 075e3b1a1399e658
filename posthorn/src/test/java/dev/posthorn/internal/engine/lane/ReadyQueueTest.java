package dev.posthorn.internal.engine.lane;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadyQueueTest {
  private final ReadyQueue<String> queue = new ReadyQueue<>();

  private List<String> all() {
    List<String> all = new ArrayList<>();
    for (String next; (next = queue.poll()) != null; ) {
      all.add(next);
    }
    return all;
  }

  @Test
  void oneThatDoesWellWaitsForNoCrowd() {
    for (int i = 0; i < 1_000; i++) {
      queue.add(i, "other", false);
    }
    queue.poll();
    queue.add(-1, "good", true);

    assertThat(List.of(queue.poll(), queue.poll())).contains("good");
  }

  @Test
  void othersWaitForNoCrowdEither() {
    queue.add(1, "a", true);
    queue.add(1, "b", true);
    queue.add(1, "c", true);
    queue.add(1, "x", false);
    queue.add(1, "y", false);

    assertThat(all()).containsExactly("a", "x", "b", "y", "c");
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void oneThatDoesWellWaitsForNoCrowdOfAnotherApplication() {
    for (int i = 0; i < 1_000; i++) {
      queue.add(1, "crowd", true);
    }
    queue.poll();
    queue.add(2, "good", true);

    assertThat(List.of(queue.poll(), queue.poll())).contains("good");
  }

  @Test
  void applicationsTakeTurnsAndTheirMembersAreInOrder() {
    queue.add(1, "a1", true);
    queue.add(1, "a2", true);
    queue.add(1, "a3", true);
    queue.add(2, "b1", true);
    assertThat(queue.poll()).isEqualTo("a1");
    queue.add(1, "a4", true);
    queue.add(3, "c1", true);

    assertThat(all()).containsExactly("b1", "a2", "c1", "a3", "a4");
    queue.add(1, "a5", true);
    assertThat(all()).containsExactly("a5");
  }
}
