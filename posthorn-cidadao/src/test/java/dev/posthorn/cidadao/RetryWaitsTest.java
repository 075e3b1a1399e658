package dev.posthorn.cidadao;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RetryWaitsTest {

  @Test
  void thereIsAWaitForEachRetry() {
    assertThat(RetryWaits.of(0, 1_000)).isEmpty();
    assertThat(RetryWaits.of(3, 1_000)).containsExactly(4_000L, 4_000L, 8_000L);
    assertThat(RetryWaits.of(10, 1_000))
        .containsExactly(
            4_000L, 4_000L, 8_000L, 10_000L, 10_000L, 10_000L, 10_000L, 10_000L, 10_000L, 10_000L);
  }
}
