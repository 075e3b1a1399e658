package dev.posthorn.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.server.http.ApiError;
import dev.posthorn.spi.runtime.Clock;
import org.junit.jupiter.api.Test;

class FailedAttemptsTest {
  private long seconds;
  private final FailedAttempts attempts =
      new FailedAttempts(
          new Clock() {
            @Override
            public long nanoTime() {
              return seconds * 1_000_000_000L;
            }

            @Override
            public long millis() {
              return seconds * 1_000;
            }
          },
          30);

  private int fail(String peer) {
    return attempts.failed(peer, "wrong").status();
  }

  private void fail(String peer, int times) {
    for (int time = 0; time < times; time++) {
      assertThat(fail(peer)).isEqualTo(401);
    }
  }

  @Test
  void areToldSoThirtyTimesAMinute() {
    fail("a", 30);
    ApiError refused = attempts.failed("a", "wrong");
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.answer().headers())
        .anySatisfy(
            header -> {
              assertThat(header.name()).isEqualTo("Retry-After");
              assertThat(header.value()).isEqualTo("61");
            });
  }

  @Test
  void areForgottenAfterAMinute() {
    fail("a", 30);
    seconds = 59;
    assertThat(fail("a")).isEqualTo(429);
    seconds = 60;
    fail("a", 30);
  }

  @Test
  void areCountedByAddress() {
    fail("a", 30);
    assertThat(fail("b")).isEqualTo(401);
  }

  @Test
  void takeBoundedMemory() {
    fail("a", 30);
    for (int peer = 0; peer < 10_000; peer++) {
      fail("peer" + peer, 1);
    }
    fail("a", 1); // discarded with all others, which bounds memory
  }
}
