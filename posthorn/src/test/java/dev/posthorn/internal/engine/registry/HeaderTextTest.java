package dev.posthorn.internal.engine.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.spi.wire.Header;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeaderTextTest {
  @Test
  void headersComeBackAsTheyWere() {
    List<Header> headers =
        List.of(
            new Header("Authorization", "Basic dTpw"),
            new Header("X-Url", "https://example.com:8443/a:b"),
            new Header("X-Empty", ""),
            new Header("X-Space", " a  b "),
            new Header("X-Text", "Größe\t✓"));
    assertThat(HeaderText.parse(HeaderText.format(headers))).isEqualTo(headers);
  }

  @Test
  void noHeadersAreNoText() {
    assertThat(HeaderText.format(List.of())).isEmpty();
    assertThat(HeaderText.parse("")).isEmpty();
  }
}
