package dev.posthorn.internal.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RelayEdgeTest {
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final RelayEdge edge = new RelayEdge();
  private long now = 5 * SECOND;

  /** Makes a look whose first page takes some time; returns where it began. */
  private long look(long tookNanos, long lastId) {
    long began = edge.begin(now);
    long asked = now;
    now += tookNanos;
    edge.firstPage(asked, now);
    edge.passed(lastId, now);
    return began;
  }

  @Test
  void aLookBeginsWithTheFirstRowWhileThatTakesNoTime() {
    for (int i = 1; i <= 20; i++) {
      assertThat(look(MILLI / 10, i)).isEqualTo(RelayEdge.START);
      now += MILLI;
    }
  }

  @Test
  void aLookThatTakesLongBeginsAtTheEdgeMostOfTheTime() {
    int whole = 0;
    long last = RelayEdge.START;
    for (int second = 1; second <= 100; second++) {
      long began = look(SECOND / 2, second);
      now += SECOND / 2;
      if (began == RelayEdge.START) {
        whole++;
      } else {
        assertThat(began).isBetween(Math.max(last, 1L), second - 1L);
        last = began;
      }
    }
    assertThat(whole).isBetween(15, 25); // each takes half a second, once in five seconds
    assertThat(last).isGreaterThan(95);
  }

  @Test
  void theEdgeStaysASecondBehindForThoseWhoCommitLate() {
    assertThat(look(SECOND, 10)).isEqualTo(RelayEdge.START);
    assertThat(look(0, 20)).as("nothing is older than a second").isEqualTo(RelayEdge.START);
    now += SECOND;
    assertThat(look(0, 30)).isEqualTo(RelayEdge.START);
    assertThat(look(0, 40)).isEqualTo(10);
    now += SECOND;
    look(0, 50);
    assertThat(look(0, 60)).isEqualTo(30);
  }
}
