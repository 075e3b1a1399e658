package dev.posthorn.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ErrorMapperTest {
  @ParameterizedTest
  @EnumSource(
      value = Reason.class,
      names = {"STORE_FULL", "STORE_FAILED", "STORE_LOCKED", "UNKNOWN", "CLOSED"})
  void nameNoFileOfTheServer(Reason reason) {
    String text = "Reading or writing /srv/posthorn/posthorn.db failed";
    ApiError refused = ErrorMapper.of(new PosthornException(reason, text));
    String told = new String(refused.answer().body(), StandardCharsets.UTF_8);
    assertThat(refused.status()).isGreaterThanOrEqualTo(500);
    assertThat(told).doesNotContain("posthorn.db").doesNotContain("/srv");
  }
}
