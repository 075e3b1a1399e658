package dev.posthorn.internal.http.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.spi.runtime.Owner;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HandshakeQueueTest {
  private static final Owner CROWD = new Owner(1L, 1L);
  private static final Owner OTHER = new Owner(2L, 2L);

  private final ArrayDeque<Runnable> loop = new ArrayDeque<>();
  private final HandshakeQueue queue = new HandshakeQueue(loop::add);
  private final List<String> begun = new ArrayList<>();

  @Test
  void aLoopHasOtherTasksInBetween() {
    for (int i = 0; i < 100; i++) {
      queue.add(CROWD, () -> begun.add("crowd"));
    }
    loop.add(() -> begun.add("task"));
    loop.remove().run();
    loop.remove().run();
    assertThat(begun).containsExactly("crowd", "task");
  }

  @Test
  void aHandshakeWaitsForNoCrowdOfAnotherApplication() {
    for (int i = 0; i < 100; i++) {
      queue.add(CROWD, () -> begun.add("crowd"));
    }
    queue.add(OTHER, () -> begun.add("other"));
    loop.remove().run();
    loop.remove().run();
    assertThat(begun).containsExactly("crowd", "other");
  }

  @Test
  void allBegin() {
    for (int i = 0; i < 100; i++) {
      queue.add(CROWD, () -> begun.add("crowd"));
    }
    while (!loop.isEmpty()) {
      loop.remove().run();
    }
    assertThat(begun).hasSize(100);
  }

  @Test
  void othersBeginAlsoIfOneThrows() {
    queue.add(
        CROWD,
        () -> {
          throw new IllegalStateException("planted");
        });
    queue.add(CROWD, () -> begun.add("next"));
    Runnable first = loop.remove();
    assertThatThrownBy(first::run).isInstanceOf(IllegalStateException.class);
    loop.remove().run();
    assertThat(begun).containsExactly("next");
  }
}
