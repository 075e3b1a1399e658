package dev.posthorn.spi.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpTargetTest {

  @ParameterizedTest
  @CsvSource({
    "https://example.com, true, example.com, 443, /, example.com",
    "HTTPS://EXAMPLE.com/Hooks?A=1, true, example.com, 443, /Hooks?A=1, example.com",
    "http://example.com:8080/a/b, false, example.com, 8080, /a/b, example.com:8080",
    "https://example.com:443/, true, example.com, 443, /, example.com",
    "http://example.com:443/, false, example.com, 443, /, example.com:443",
    "http://example.com:/x, false, example.com, 80, /x, example.com",
    "https://example.com?x=1, true, example.com, 443, /?x=1, example.com",
    "http://my_service:3000/, false, my_service, 3000, /, my_service:3000",
    "http://localhost/, false, localhost, 80, /, localhost",
    "http://192.0.2.1/, false, 192.0.2.1, 80, /, 192.0.2.1",
    "http://[2001:DB8::1]/, false, 2001:db8::1, 80, /, [2001:db8::1]",
    "http://[2001:db8::1]:81/, false, 2001:db8::1, 81, /, [2001:db8::1]:81",
    "https://xn--bcher-kva.example/, true, xn--bcher-kva.example, 443, /, xn--bcher-kva.example",
    "https://example.com/%7Eé?q=ü, true, example.com, 443, /%7E%C3%A9?q=%C3%BC, example.com",
    "https://1.2.3.4.example.com/, true, 1.2.3.4.example.com, 443, /, 1.2.3.4.example.com",
    "https://0x7f.com/, true, 0x7f.com, 443, /, 0x7f.com"
  })
  void reads_a_url(String url, boolean tls, String host, int port, String path, String authority) {
    HttpTarget target = HttpTarget.parse(url);

    assertThat(target).isEqualTo(new HttpTarget(tls, host, port, path, null));
    assertThat(target.authority()).isEqualTo(authority);
  }

  @ParameterizedTest
  @CsvSource({
    "ftp://example.com/, scheme must be http or https",
    "example.com/hooks, scheme must be http or https",
    "'', is not valid|scheme",
    "https:///hooks, is not valid|no host",
    "https:example.com, no host",
    "https://user:secret@example.com/, custom header",
    "https://user@example.com/, custom header",
    "https://example.com/#part, fragment",
    "https://example.com:0/, port must be 1 to 65535",
    "https://example.com:65536/, port must be 1 to 65535",
    "https://example.com:-1/, port|host",
    "https://example.com:x/, port",
    "https://exa mple.com/, host",
    "'https://example.com/a\r\nX-Evil: 1', is not valid",
    "'https://example.com\r\n/', is not valid",
    "'https://example.com/\tx', is not valid",
    "https://bücher.example/, punycode",
    "https://example。com/, punycode",
    "https://⑯⑨.②⑤④.⑯⑨.②⑤④/, punycode",
    "https://example%2ecom/, escapes|is not valid",
    "https://%31%32%37.0.0.1/, escapes|is not valid",
    "https://example.com./, dot",
    "http://127.0.0.1./, dot",
    "http://2130706433/, four decimal numbers",
    "http://0x7f000001/, four decimal numbers",
    "http://0x7f.1/, four decimal numbers",
    "http://127.1/, four decimal numbers",
    "http://0177.0.0.1/, four decimal numbers",
    "http://127.0.0.01/, four decimal numbers",
    "http://1.2.3.256/, four decimal numbers",
    "http://1.2.3.4.5/, four decimal numbers",
    "http://foo.0x/, four decimal numbers",
    "http://[fe80::1%25eth0]/, zone|is not valid",
    "http://[::1/, host",
    "http://[1.2.3.4]/, IPv6|is not valid",
    "http://[::g]/, IPv6|is not valid",
    "http://-example.com/, host",
    "http://exa..mple.com/, host",
    "http://.example.com/, host",
    "http://exa*mple.com/, host",
    "'http://example.com\\@evil.test/', custom header",
    "'http://example.com\\evil.test/', host",
    "'http://example.com/a\\b', backslash",
    "'http://example.com/a\u0000b', control character",
    "'http://example.com/a\ud800b', an unpaired surrogate"
  })
  void refuses_what_can_be_read_in_more_than_one_way(String url, String problem) {
    assertThatThrownBy(() -> HttpTarget.parse(url))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("url: ")
        .hasMessageMatching("(?s).*(" + problem + ").*")
        .message()
        .doesNotContain("secret")
        .doesNotContain("\n");
  }

  /**
   * Tests that characters that RFC 3986 allows in a path or query are sent as written, and all
   * others encoded.
   */
  @ParameterizedTest
  @CsvSource(
      delimiterString = " -> ",
      quoteCharacter = '~',
      value = {
        "/a|b?c|d -> /a%7Cb?c%7Cd",
        "/{a}?{b} -> /%7Ba%7D?%7Bb%7D",
        "/\"a\"?\"b\" -> /%22a%22?%22b%22",
        "/a^b?c^d -> /a%5Eb?c%5Ed",
        "/a`b?c`d -> /a%60b?c%60d",
        "/a b?c d -> /a%20b?c%20d",
        "/a[0]?b[]=1 -> /a%5B0%5D?b%5B%5D=1",
        "/<a>?<b> -> /%3Ca%3E?%3Cb%3E",
        "/a?b\\c -> /a?b%5Cc",
        "/a?b?c=/d -> /a?b?c=/d",
        "/!$&'()*+,;=:@-._~?!$&'()*+,;=:@-._~/ -> /!$&'()*+,;=:@-._~?!$&'()*+,;=:@-._~/",
        // Escapes stay as they are, even needless ones; an invalid one is a percent sign.
        "/%7e%2F%41?%7C -> /%7e%2F%41?%7C",
        "/50%off/%4?% -> /50%25off/%254?%25",
        // Nothing is normalized.
        "/a/./b/../c//d/%2e%2e -> /a/./b/../c//d/%2e%2e",
        "/e\u0301?\u00e9 -> /e%CC%81?%C3%A9",
        "/\u212b\ufb01 -> /%E2%84%AB%EF%AC%81",
        "/\ud83d\udcec\u00a0 -> /%F0%9F%93%AC%C2%A0"
      })
  void sends_a_path_as_it_was_written(String written, String sent) {
    HttpTarget target = HttpTarget.parse("https://example.com" + written);

    assertThat(target.path()).isEqualTo(sent);
    assertThat(HttpTarget.parse(target.url())).isEqualTo(target);
  }

  @ParameterizedTest
  @CsvSource({
    "https://example.com, https://example.com/",
    "HTTPS://Example.COM:443/A?b, https://example.com/A?b",
    "http://[2001:DB8::1]:8080, http://[2001:db8::1]:8080/",
    "'  https://example.com/a b\r\n', https://example.com/a%20b",
    "https://example.com?a={b}, https://example.com/?a=%7Bb%7D"
  })
  void shows_where_requests_go(String url, String shown) {
    assertThat(HttpTarget.normalize(url)).isEqualTo(shown);
    assertThat(HttpTarget.normalize(shown)).isEqualTo(shown);
  }

  @Test
  void reads_urls_that_were_stored_before_they_were_normalized() {
    String url = "https://example.com/" + "\u4e2d".repeat(1_000);
    assertThat(HttpTarget.parse(url).path()).hasSize(9_001);
    assertThatThrownBy(() -> HttpTarget.normalize(url))
        .hasMessageContaining("9020")
        .hasMessageContaining("percent-encoded");
  }

  @Test
  void refuses_urls_hosts_and_labels_that_are_too_long() {
    assertThatThrownBy(() -> HttpTarget.parse("https://example.com/" + "x".repeat(2048)))
        .hasMessageContaining("2068")
        .hasMessageContaining("2048");
    assertThatThrownBy(() -> HttpTarget.parse("https://" + "a".repeat(64) + ".com/"))
        .hasMessageContaining("host");
    assertThatThrownBy(() -> HttpTarget.parse("https://" + "a.".repeat(127) + "com/"))
        .hasMessageContaining("host");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "hooks", "/a b", "/a\r\nX-Evil: 1", "/é"})
  void refuses_paths_that_would_not_stay_in_the_request_line(String path) {
    assertThatThrownBy(() -> new HttpTarget(false, "example.com", 80, path, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("path");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://127.0.0.1/", "http://[::1]/", "http://[::ffff:127.0.0.1]/"})
  void knows_addresses_without_asking_dns(String url) {
    assertThat(HttpTarget.parse(url).literal()).isNotNull().matches(InetAddress::isLoopbackAddress);
  }

  @Test
  void a_name_is_no_address() {
    assertThat(HttpTarget.parse("http://example.com/").literal()).isNull();
  }
}
