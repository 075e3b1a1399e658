package dev.posthorn.server.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.AttemptKind;
import dev.posthorn.spi.store.rows.AttemptRow;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class EndpointTallyTest {
  private final AtomicLong millis = new AtomicLong(1_000_000_000_000L);
  private final EndpointTally tally = new EndpointTally(millis::get);

  private void attempt(long endpoint, int status) {
    assertThat(tally.caresFor(AttemptRow.of(1, 2, 3, endpoint).status(status).build())).isFalse();
  }

  @Test
  void countsAttemptsAndFailures() {
    attempt(7, 200);
    attempt(7, 500);
    attempt(8, 0);
    assertThat(tally.counts())
        .containsOnlyKeys(7L, 8L)
        .containsEntry(7L, new EndpointTally.Count(2, 1))
        .containsEntry(8L, new EndpointTally.Count(1, 1));
  }

  @Test
  void endsWithoutAnExchangeAndTestsDoNotCount() {
    for (AttemptKind kind : new AttemptKind[] {AttemptKind.NONE, AttemptKind.TEST}) {
      assertThat(tally.caresFor(AttemptRow.of(1, 2, 3, 4).kind(kind).build())).isFalse();
    }
    assertThat(tally.counts()).isEmpty();
  }

  @Test
  void forgetsAfterAnHour() {
    attempt(7, 200);
    millis.addAndGet(49 * 60_000);
    attempt(7, 200);
    assertThat(tally.counts()).containsEntry(7L, new EndpointTally.Count(2, 0));
    millis.addAndGet(55 * 60_000);
    assertThat(tally.counts().getOrDefault(7L, new EndpointTally.Count(0, 0)).attempts())
        .isLessThanOrEqualTo(1);
    millis.addAndGet(60 * 60_000);
    assertThat(tally.counts()).isEmpty();
  }

  @Test
  void aBusyEndpointIsKnownAmongAMillionQuietOnes() {
    for (int i = 1; i <= 1_000_000; i++) {
      attempt(i, 200);
      if (i % 100 == 0) {
        attempt(-5, 500);
      }
    }
    EndpointTally.Count busy = tally.counts().getOrDefault(-5L, new EndpointTally.Count(0, 0));
    assertThat(busy.failures()).isGreaterThan(5_000);
    assertThat(tally.counts().size()).isLessThanOrEqualTo(4_096);
  }
}
