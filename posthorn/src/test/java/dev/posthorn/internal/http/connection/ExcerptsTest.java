package dev.posthorn.internal.http.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExcerptsTest {

  @ParameterizedTest
  @CsvSource({
    "text/plain; charset=iso-8859-1, ISO-8859-1, café",
    "text/plain;charset=\"Latin1\", ISO-8859-1, café",
    "TEXT/PLAIN; CHARSET=Windows-1251, windows-1251, привет",
    "text/plain; charset=shift_jis, Shift_JIS, こんにちは",
    "application/json; charset=utf-16, UTF-16, café",
    "text/plain; charset=utf-8, UTF-8, café",
    "text/plain; charset=unheard-of, UTF-8, café",
    "text/plain, UTF-8, café"
  })
  void areKeptInUtf8(String contentType, String charset, String text) {
    byte[] sent = text.getBytes(Charset.forName(charset));

    assertThat(Excerpts.inUtf8(sent, contentType, 100))
        .asString(StandardCharsets.UTF_8)
        .isEqualTo(text);
  }

  @Test
  void growToTheirLimitAndNotIntoACharacter() {
    byte[] sent = "éééé".getBytes(StandardCharsets.ISO_8859_1);

    assertThat(Excerpts.inUtf8(sent, "text/plain; charset=latin1", 5))
        .asString(StandardCharsets.UTF_8)
        .isEqualTo("éé");
  }
}
