package dev.posthorn.internal.id;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdsTest {

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 1_700_000_000_000L, (1L << 42) - 1})
  void an_id_holds_its_time(long millis) {
    long first = Ids.firstAt(millis);
    long last = first + (1 << 21) - 1;

    assertThat(Ids.timeOf(first)).isEqualTo(millis);
    assertThat(Ids.timeOf(last)).isEqualTo(millis);
  }

  @Test
  void ids_are_positive_until_the_year_2109() {
    long end = Instant.parse("2109-01-01T00:00:00Z").toEpochMilli();

    assertThat(Ids.firstAt(end)).isPositive();
    assertThat(Ids.timeOf(Ids.firstAt(end))).isEqualTo(end);
  }

  @Test
  void times_after_the_last_count_as_it() {
    assertThat(Ids.firstAt(1L << 42)).isEqualTo(Ids.firstAt((1L << 42) - 1));
    assertThat(Ids.firstAt(Long.MAX_VALUE)).isEqualTo(Ids.firstAt((1L << 42) - 1));
  }

  @Test
  void times_before_1970_count_as_its_beginning() {
    assertThat(Ids.firstAt(-1)).isZero();
    assertThat(Ids.firstAt(Long.MIN_VALUE)).isZero();
  }
}
