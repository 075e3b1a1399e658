package dev.posthorn.internal.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderRulesTest {

  private final HeaderRules rules = HeaderRules.ofHost();

  @Test
  void allows_what_customers_need() {
    assertThat(
            rules.problem(
                Map.of(
                    "Authorization", "Bearer abc.def",
                    "X-Api-Key", "k\t1 2",
                    "Content-Type", "application/json",
                    "User-Agent", "mine/1.0",
                    "X-Empty", "",
                    "!#$%&'*+-.^_`|~", "every mark a token may have")))
        .isNull();
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
    assertThat(rules.problem(name, "x")).contains("'" + name + "'").contains("leave it out");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"webhook-id", "Webhook-Signature", "WEBHOOK-TIMESTAMP", "webhook-x", "svix-id"})
  void refuses_headers_that_carry_the_signature(String name) {
    assertThat(rules.problem(Map.of(name, "x")))
        .contains("'" + name + "'")
        .contains("choose another name");
  }

  @Test
  void refuses_what_the_wire_format_reserves() {
    HeaderRules own = HeaderRules.reserving("X-Cidadao-");

    assertThat(own.problem("x-cidadao-Signature", "x")).contains("'x-cidadao-Signature'");
    assertThat(own.problem("Host", "x")).contains("leave it out");
    assertThat(rules.problem("x-cidadao-signature", "x")).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "User-Agent",
        "content-TYPE",
        "Cache-Control",
        "X-Svix-Id",
        "x-amz-date",
        "X-Goog-A"
      })
  void refuses_what_clients_of_the_server_must_not_set(String name) {
    assertThat(HeaderRules.ofClients().problem(name, "x")).contains("'" + name + "' is reserved");
    assertThat(rules.problem(name, "x")).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "a:b", "a\r\nb", "a\0", "ä", "a/b", "(a)", "a\u007f"})
  void refuses_names_that_are_no_tokens(String name) {
    assertThat(rules.problem(name, "x")).isNotNull().doesNotContain("\n");
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
    assertThat(rules.problem("X-Key", value)).contains("'X-Key'").contains(character);
  }

  @ParameterizedTest
  @ValueSource(strings = {" a", "a ", "\ta", " "})
  void refuses_values_with_white_space_around_them(String value) {
    assertThat(rules.problem("X-Key", value)).contains("white space");
  }

  @Test
  void refuses_two_that_differ_in_case_only() {
    assertThat(rules.problem(Map.of("X-Key", "1", "x-key", "2"))).contains("twice");
  }

  @Test
  void refuses_too_many() {
    Map<String, String> headers = new LinkedHashMap<>();
    for (int i = 0; i < HeaderRules.MAX_HEADERS; i++) {
      headers.put("X-" + i, "v");
    }
    assertThat(rules.problem(headers)).isNull();
    headers.put("X-More", "v");
    assertThat(rules.problem(headers)).contains("51").contains("50");
  }

  @Test
  void refuses_too_much() {
    String value = "v".repeat(HeaderRules.MAX_TOGETHER - 1);
    assertThat(rules.problem(Map.of("X", value))).isNull();
    assertThat(rules.problem(Map.of("X1", value))).contains("8193").contains("8192");
  }
}
