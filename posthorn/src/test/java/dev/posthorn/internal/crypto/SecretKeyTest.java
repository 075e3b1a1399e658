package dev.posthorn.internal.crypto;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretKeyTest {
  private static final byte[] KEY = new byte[32];

  static {
    java.util.Arrays.fill(KEY, (byte) 0xfb); // has - and _ in the URL's alphabet
  }

  @Test
  void isBase64OrHexadecimal() {
    for (String text :
        new String[] {
          Base64.getEncoder().encodeToString(KEY),
          Base64.getEncoder().withoutPadding().encodeToString(KEY),
          Base64.getUrlEncoder().encodeToString(KEY),
          HexFormat.of().formatHex(KEY),
          HexFormat.of().withUpperCase().formatHex(KEY)
        }) {
      assertThatCode(() -> SecretKey.keyring(text)).as(text).doesNotThrowAnyException();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "AAAA", "not a key!", "0123456789abcdef"})
  void isNothingElse(String text) {
    assertThatThrownBy(() -> SecretKey.keyring(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("head -c 32 /dev/urandom | base64");
  }
}
