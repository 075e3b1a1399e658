package dev.posthorn.server.api.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TimedSearchTest {
  private final AtomicLong nanos = new AtomicLong();

  private static List<Integer> places(int count) {
    return IntStream.range(0, count).boxed().toList();
  }

  @Test
  void readsEachPlaceOnceAndSeveralAtATime() throws Exception {
    CountDownLatch together = new CountDownLatch(4);
    TimedSearch<Integer, Integer> search =
        new TimedSearch<>(
            place -> {
              together.countDown();
              await(together); // ends only if four are asked at the same time
              return place % 2 == 0 ? place : null;
            },
            nanos::get,
            100);
    TimedSearch.Result<Integer> result = search.search(places(50));
    assertThat(result.complete()).isTrue();
    assertThat(result.all()).hasSize(25).doesNotHaveDuplicates();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void endsWhenTheTimeIsUpAndSaysSo() {
    TimedSearch<Integer, Integer> slow =
        new TimedSearch<>(
            place -> {
              nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(100));
              return null;
            },
            nanos::get,
            100);
    TimedSearch.Result<Integer> result = slow.search(places(1_000));
    assertThat(result.complete()).isFalse();
    assertThat(nanos.get()).isBetween(1_000_000_000L, 1_400_000_000L);
  }

  @Test
  void endsWhenThereIsEnough() {
    TimedSearch<Integer, Integer> search = new TimedSearch<>(place -> place, nanos::get, 3);
    TimedSearch.Result<Integer> result = search.search(places(1_000));
    assertThat(result.complete()).isFalse();
    assertThat(result.all()).hasSizeBetween(3, 6);
  }

  @Test
  void aFailureOfTheStoreIsPassedOn() {
    TimedSearch<Integer, Integer> search =
        new TimedSearch<>(
            place -> {
              throw new IllegalStateException("no disk");
            },
            nanos::get,
            3);
    assertThatThrownBy(() -> search.search(places(9))).hasMessageContaining("no disk");
  }
}
