package dev.posthorn.internal.rules;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderRulesTest {

  private final HeaderRules rules = HeaderRules.standard();

  @Test
  void allows_what_customers_need() {
    assertThatCode(
            () ->
                rules.check(
                    Map.of(
                        "Authorization", "Bearer abc.def",
                        "X-Api-Key", "k\t1 2",
                        "Content-Type", "application/json",
                        "User-Agent", "mine/1.0",
                        "X-Empty", "",
                        "!#$%&'*+-.^_`|~", "every mark a token may have")))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Connection",
        "KEEP-ALIVE",
        "Proxy-Authorization",
        "proxy-anything",
        "TE",
        "Trailer",
        "Transfer-Encoding",
        "Upgrade",
        "Host",
        "content-LENGTH",
        "Expect",
        "HTTP2-Settings"
      })
  void refuses_headers_that_frame_the_message(String name) {
    assertThatThrownBy(() -> rules.check(name, "x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + name + "'")
        .hasMessageContaining("leave it out");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"webhook-id", "Webhook-Signature", "WEBHOOK-TIMESTAMP", "webhook-x", "svix-id"})
  void refuses_headers_that_carry_the_signature(String name) {
    assertThatThrownBy(() -> rules.check(Map.of(name, "x")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + name + "'")
        .hasMessageContaining("choose another name");
  }

  @Test
  void refuses_what_the_wire_format_reserves() {
    HeaderRules own = rules.reserving("X-Cidadao-Signature").reserving("X-Other");

    assertThatThrownBy(() -> own.check("x-cidadao-signature", "x"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> own.check("x-OTHER", "x"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatCode(() -> rules.check("x-other", "x")).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "a:b", "a\r\nb", "a\0", "ä", "a/b", "(a)", "a\u007f"})
  void refuses_names_that_are_no_tokens(String name) {
    assertThatThrownBy(() -> rules.check(name, "x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("headers:")
        .message()
        .doesNotContain("\n");
  }

  @ParameterizedTest
  @CsvSource({
    "'a\rb', U+000D",
    "'a\nb', U+000A",
    "'a\r\nX-Evil: 1', U+000D",
    "'a\u0000b', U+0000",
    "'\u001b[31m', U+001B",
    "'a\u007f', U+007F",
    "'é', U+00E9",
    "'a\u0085b', U+0085",
    "'\uD83D\uDE00', U+D83D"
  })
  void refuses_values_with_other_than_visible_ascii(String value, String character) {
    assertThatThrownBy(() -> rules.check("X-Key", value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'X-Key'")
        .hasMessageContaining(character);
  }

  @ParameterizedTest
  @ValueSource(strings = {" a", "a ", "\ta", " "})
  void refuses_values_with_white_space_around_them(String value) {
    assertThatThrownBy(() -> rules.check("X-Key", value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("white space");
  }

  @Test
  void refuses_two_that_differ_in_case_only() {
    assertThatThrownBy(() -> rules.check(Map.of("X-Key", "1", "x-key", "2")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("twice");
  }

  @Test
  void refuses_too_many() {
    Map<String, String> headers = new LinkedHashMap<>();
    for (int i = 0; i < HeaderRules.MAX_HEADERS; i++) {
      headers.put("X-" + i, "v");
    }
    assertThatCode(() -> rules.check(headers)).doesNotThrowAnyException();
    headers.put("X-More", "v");
    assertThatThrownBy(() -> rules.check(headers))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("51")
        .hasMessageContaining("50");
  }

  @Test
  void refuses_too_much() {
    String value = "v".repeat(HeaderRules.MAX_SIZE - 1);
    assertThatCode(() -> rules.check(Map.of("X", value))).doesNotThrowAnyException();
    assertThatThrownBy(() -> rules.check(Map.of("X1", value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("8193")
        .hasMessageContaining("8192");
  }
}
