package dev.posthorn.server.api.statistics;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.server.api.common.TimeSpan;
import dev.posthorn.server.http.ApiError;
import dev.posthorn.server.http.Query;
import org.junit.jupiter.api.Test;

class HoursTest {
  private static void require(int endpoints, long hours) {
    Hours.requireFew(
        endpoints,
        new TimeSpan(0, hours * TimeSpan.HOUR),
        problem -> Query.invalid("since", problem));
  }

  @Test
  void areAtMostHalfAMillionForOneRequest() {
    require(1_000, 500);
    require(0, 8_784);
    assertThatThrownBy(() -> require(1_001, 500)).isInstanceOf(ApiError.class);
    assertThatThrownBy(() -> require(Integer.MAX_VALUE, 8_784)).isInstanceOf(ApiError.class);
  }
}
