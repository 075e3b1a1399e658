package dev.posthorn.internal.engine.lane;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {
  /** Sun, 06 Nov 1994 08:49:37 GMT, the example of RFC 9110. */
  private static final long NOW = 784_111_777_000L;

  @ParameterizedTest
  @CsvSource({"0,0", "1,1000", "120,120000", "' 7 ',7000", "0.25,250", "1.,1000", "0.0001,1"})
  void secondsMayHaveDecimalsAndAreRoundedUpToMilliseconds(String value, long millis) {
    assertThat(RetryAfter.millis(value, NOW)).isEqualTo(millis);
  }

  @ParameterizedTest
  @CsvSource({
    "'Sun, 06 Nov 1994 08:49:37 GMT',0",
    "'Sun, 06 Nov 1994 08:50:37 GMT',60000",
    "'Sun, 06 Nov 1994 08:00:00 GMT',0",
    "'Sunday, 06-Nov-94 08:50:37 GMT',60000",
    "'Wednesday, 02-Nov-44 00:00:00 GMT',1577545823000",
    "'Friday, 06-Nov-70 08:49:37 GMT',0",
    "'Sun Nov  6 08:50:37 1994',60000",
    "'Tue Nov 15 08:49:37 1994',777600000"
  })
  void aDateIsTheTimeUntilThenAndNeverNegative(String value, long millis) {
    assertThat(RetryAfter.millis(value, NOW)).isEqualTo(millis);
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "",
        " ",
        "soon",
        "-1",
        "+5",
        "1e3",
        "5d",
        "5f",
        "0x1p3",
        "1.2.3",
        "1,5",
        "5 s",
        "NaN",
        "Infinity",
        ".",
        "06 Nov",
        "Mon, 06 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 25:49:37 GMT",
        "Monday, 06-Nov-94 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37",
        "Sunday, 6-Nov-94 08:49:37 GMT",
        "Mon Nov  6 08:49:37 1994",
        "Sun Nov  6 08:49:37 1994 GMT",
        "00000000000000000000000000000000000000005"
      })
  void anythingElseIsUnreadable(String value) {
    assertThat(RetryAfter.millis(value, NOW)).isEqualTo(-1);
  }

  @Test
  void aHugeNumberIsALongWaitAndDoesNotOverflow() {
    assertThat(RetryAfter.millis("9".repeat(40), NOW)).isEqualTo(1_000_000_000_000_000L);
  }
}
