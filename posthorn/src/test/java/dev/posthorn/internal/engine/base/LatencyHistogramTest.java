package dev.posthorn.internal.engine.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LatencyHistogramTest {
  private final LatencyHistogram histogram = new LatencyHistogram();

  @Test
  void itIsEmptyAtFirst() {
    assertThat(histogram.count()).isZero();
    assertThat(histogram.quantileMicros(0.5)).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 1_000, 123_456, 3_600_000_000L})
  void aQuantileIsTheUpperEdgeOfItsBucketAtMostAnEighthAbove(long micros) {
    histogram.record(micros * 1_000);
    for (double quantile : new double[] {0, 0.5, 1}) {
      assertThat(histogram.quantileMicros(quantile)).isBetween(micros, micros + micros / 8);
    }
  }

  @Test
  void quantilesAreThoseOfTheValues() {
    for (long millis = 1; millis <= 1_000; millis++) {
      histogram.record(millis * 1_000_000);
    }
    assertThat(histogram.count()).isEqualTo(1_000);
    assertThat(histogram.quantileMicros(0.5)).isBetween(500_000L, 562_500L);
    assertThat(histogram.quantileMicros(0.99)).isBetween(990_000L, 1_113_750L);
  }

  @Test
  void countsUpToABoundLeaveOutAtMostAnEighthBelowIt() {
    for (long millis = 1; millis <= 1_000; millis++) {
      histogram.record(millis * 1_000_000);
    }
    assertThat(histogram.totalMicros()).isEqualTo(500_500_000);
    assertThat(histogram.countUpTo(500_000)).isBetween(437L, 500L);
    assertThat(histogram.countUpTo(999)).isZero();
    assertThat(histogram.countUpTo(1_200_000)).isEqualTo(1_000);
  }

  @Test
  void quantilesGrow() {
    long seed = 1;
    Random random = new Random(seed);
    for (int i = 0; i < 1_000; i++) {
      histogram.record(1L << random.nextInt(45));
    }
    long before = 0;
    for (double quantile = 0; quantile <= 1; quantile += 0.01) {
      long micros = histogram.quantileMicros(quantile);
      assertThat(micros).as("seed " + seed).isGreaterThanOrEqualTo(before);
      before = micros;
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -1, 0, 999, Long.MAX_VALUE})
  void whatIsOutOfRangeIsCountedAtTheEdge(long nanos) {
    histogram.record(nanos);
    assertThat(histogram.count()).isEqualTo(1);
    assertThat(histogram.quantileMicros(1)).isEqualTo(nanos < 1_000 ? 1 : (1L << 33) - 1);
  }
}
