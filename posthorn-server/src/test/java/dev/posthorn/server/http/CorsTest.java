package dev.posthorn.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CorsTest {
  @Test
  void originsAreReadAsBrowsersWriteThem() {
    assertThat(
            Cors.of(" https://App.Example.com:443/, http://localhost:3000,http://[::1]:80")
                .origins())
        .containsExactly("https://app.example.com", "http://localhost:3000", "http://[::1]");
    assertThat(Cors.of("")).isEqualTo(Cors.NONE);
    assertThat(Cors.of("*").origins()).containsExactly("*");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "app.example.com",
        "null",
        "https://*.example.com",
        "https://app.example.com/portal",
        "https://app.example.com?a",
        "https://user@app.example.com",
        "ftp://app.example.com",
        "https://",
        "https://a b"
      })
  void whatIsNoOriginIsNamed(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Cors.of("http://localhost," + text))
        .withMessage("\"" + text + "\" is not an origin; give one such as https://app.example.com");
  }

  @Test
  void allAndSomeDoNotGoTogether() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Cors.of("*,https://app.example.com"))
        .withMessageContaining("alone");
  }

  @Test
  void whoeverMayUseTheApiMayShowAFrameIfTheyAreNamed() {
    assertThat(Cors.of("https://app.example.com").frames())
        .containsExactly("https://app.example.com");
    assertThat(Cors.of("*").frames()).isEmpty();
  }
}
