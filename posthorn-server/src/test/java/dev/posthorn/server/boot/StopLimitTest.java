package dev.posthorn.server.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StopLimitTest {

  @Test
  void aStopThatDoesNotEndIsEnded() throws Exception {
    CountDownLatch halted = new CountDownLatch(1);
    StopLimit limit = StopLimit.of(1, halted::countDown);
    limit.begin();
    assertThat(halted.await(60, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aStopThatEndedIsLeftAlone() throws Exception {
    CountDownLatch halted = new CountDownLatch(1);
    StopLimit limit = StopLimit.of(50, halted::countDown);
    limit.end();
    limit.begin();
    assertThat(halted.await(200, TimeUnit.MILLISECONDS)).isFalse();
  }
}
