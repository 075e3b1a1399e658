package dev.posthorn.server.api.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.ApplicationSpec;
import dev.posthorn.spi.store.rows.MessageSpec;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A watch holds a bounded number of events, and counts the others. */
class TailWatchTest {
  private static final ApplicationRow APPLICATION =
      new ApplicationRow(1, 2, new ApplicationSpec(null, "A", 0, Map.of()), 3, 3);

  private static TailEvent event(long id) {
    return new TailEvent.Accepted(id, APPLICATION, MessageSpec.of("a.b"), 0);
  }

  @Test
  void theNewestStayAndTheOthersAreCounted() {
    TailWatch watch = new TailWatch(event -> true);
    for (int i = 0; i < TailWatch.MOST + 50; i++) {
      watch.offer(event(i));
    }
    TailWatch.Seen seen = watch.take();
    assertThat(seen.events()).hasSize(TailWatch.MOST).first().isEqualTo(event(50));
    assertThat(seen.skipped()).isEqualTo(50);
    assertThat(watch.take().isEmpty()).isTrue();
  }

  @Test
  void whatTheFilterRefusesIsNotCounted() {
    TailWatch watch = new TailWatch(event -> !event.equals(event(1)));
    watch.offer(event(1));
    watch.offer(event(2));
    assertThat(watch.await(60_000).events()).containsExactly(event(2));
    assertThat(watch.await(1).isEmpty()).isTrue();
  }
}
