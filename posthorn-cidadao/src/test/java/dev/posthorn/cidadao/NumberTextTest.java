package dev.posthorn.cidadao;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class NumberTextTest {

  @Test
  void doublesAreWrittenAsTheOriginalsLibraryWritesThem() throws IOException {
    List<String> lines;
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(WebhookService.class.getResourceAsStream("numbers.txt")),
                StandardCharsets.US_ASCII))) {
      lines = reader.lines().toList();
    }
    assertThat(lines).hasSizeGreaterThan(200);
    for (String line : lines) {
      double number = Double.longBitsToDouble(Long.parseUnsignedLong(line.substring(0, 16), 16));
      assertThat(NumberText.of(number)).as(line).isEqualTo(line.substring(17));
    }
  }

  @Test
  void integersAreWrittenInFull() {
    assertThat(NumberText.of(9007199254740993L)).isEqualTo("9007199254740993");
    assertThat(NumberText.of(-1)).isEqualTo("-1");
    assertThat(NumberText.of(new BigInteger("18446744073709551615")))
        .isEqualTo("18446744073709551615");
  }

  @Test
  void otherFractionsAreWrittenLikeDoubles() {
    assertThat(NumberText.of(0.1f)).isEqualTo("0.1");
    assertThat(NumberText.of(new BigDecimal("-1234567.890"))).isEqualTo("-1234567.89");
    assertThat(NumberText.of(new BigDecimal("0E+5"))).isEqualTo("0.0");
  }

  @Test
  void whatIsNotFiniteIsNull() {
    assertThat(NumberText.of(Double.NaN)).isEqualTo("null");
    assertThat(NumberText.of(Double.NEGATIVE_INFINITY)).isEqualTo("null");
    assertThat(NumberText.of(Float.POSITIVE_INFINITY)).isEqualTo("null");
  }
}
