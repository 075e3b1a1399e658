package dev.posthorn.server.api.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.server.http.ApiError;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CheckTurnsTest {
  private long nanos = 5;
  private final CheckTurns turns = new CheckTurns(3, () -> nanos);

  private void refused(long application, int status) {
    assertThatThrownBy(() -> turns.begin(application))
        .isInstanceOfSatisfying(ApiError.class, e -> assertThat(e.status()).isEqualTo(status));
  }

  private void check(long application) {
    turns.begin(application);
    turns.end(application);
  }

  @Test
  void anApplicationHasOneTurnAtATimeAndKeepsNobodyElseFromTheirs() {
    turns.begin(1);
    refused(1, 429);
    turns.begin(2);
    turns.end(1);
    turns.begin(1);
  }

  @Test
  void allTogetherHaveABound() {
    turns.begin(1);
    turns.begin(2);
    turns.begin(3);
    refused(4, 503);
    turns.end(2);
    turns.begin(4);
  }

  @Test
  void anApplicationHasTenTurnsInAMinute() {
    useTen();
    check(2);
    nanos += Duration.ofSeconds(59).toNanos();
    refused(1, 429);
    nanos += Duration.ofSeconds(1).toNanos();
    check(1);
  }

  private void useTen() {
    for (int i = 0; i < CheckTurns.PER_MINUTE; i++) {
      check(1);
    }
    refused(1, 429);
  }

  @Test
  void whoIsRefusedForTheSakeOfOthersLosesNoTurn() {
    turns.begin(2);
    turns.begin(3);
    turns.begin(4);
    refused(1, 503);
    turns.end(2);
    useTen();
  }

  @Test
  void memoryIsBoundedAndOneThatIsUnderWayIsNotForgotten() {
    turns.begin(1);
    for (long application = 2; application < 30_000; application++) {
      check(application);
      assertThat(turns.size()).isLessThanOrEqualTo(10_001);
    }
    refused(1, 429);
    turns.end(1);
    check(1);
  }
}
