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
      queue.add("other", false);
    }
    queue.poll();
    queue.add("good", true);

    assertThat(List.of(queue.poll(), queue.poll())).contains("good");
  }

  @Test
  void othersWaitForNoCrowdEither() {
    queue.add("a", true);
    queue.add("b", true);
    queue.add("c", true);
    queue.add("x", false);
    queue.add("y", false);

    assertThat(all()).containsExactly("a", "x", "b", "y", "c");
    assertThat(queue.isEmpty()).isTrue();
  }
}
