package dev.posthorn.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {

  @ParameterizedTest
  @CsvSource({
    "0s, PT0S",
    "500ms, PT0.5S",
    "30s, PT30S",
    "5m, PT5M",
    "2h, PT2H",
    "7d, P7D",
    "999999999d, P999999999D",
    "PT30S, PT30S",
    "pt1h30m, PT1H30M",
    "P7D, P7D"
  })
  void readsBothSpellings(String text, Duration right) {
    assertThat(Durations.parse(text)).isEqualTo(right);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0s", "1ms", "1500ms", "90s", "5m", "25h", "2d", "36500d"})
  void writesTimesAsItReadsThem(String text) {
    assertThat(Durations.text(Durations.parse(text))).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "30", "s", "30 s", "1h30m", "-5s", "PT-5S", "P1000000000D", "P1Y", "soon"})
  void refusesTheRestWithWhatWouldBeRight(String text) {
    assertThatThrownBy(() -> Durations.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"" + text + "\"")
        .hasMessageContaining("30s")
        .hasMessageContaining("PT30S");
  }
}
