package dev.posthorn.internal.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileModesTest {

  @ParameterizedTest
  @CsvSource({
    "rw-r-----, rw-r-----",
    "0640, rw-r-----",
    "640, rw-r-----",
    "0440, r--r-----",
    "0777, rwxrwxrwx"
  })
  void readsLettersAndDigits(String text, String right) {
    assertThat(FileModes.parse(text)).isEqualTo(PosixFilePermissions.fromString(right));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "64", "0648", "rw-r", "rw-r----x-", "group"})
  void refusesTheRestWithWhatWouldBeRight(String text) {
    assertThatThrownBy(() -> FileModes.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("rw-r----- or 0640");
  }
}
