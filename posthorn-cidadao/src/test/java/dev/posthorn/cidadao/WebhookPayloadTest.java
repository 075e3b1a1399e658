package dev.posthorn.cidadao;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthorn.PosthornException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WebhookPayloadTest {
  private static final String START =
      "{\"event\":\"user.login\",\"timestamp\":\"2025-01-25T12:34:56+00:00\",\"data\":";

  private static String body(String key, @Nullable Object value) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put(key, value);
    WebhookPayload payload =
        WebhookPayload.of(
            WebhookEvent.USER_LOGIN, LocalDateTime.of(2025, 1, 25, 12, 34, 56), data, null);
    return new String(payload.body(), StandardCharsets.UTF_8);
  }

  private static void assertValue(@Nullable Object value, String json) {
    assertThat(body("v", value)).isEqualTo(START + "{\"v\":" + json + "}}");
  }

  @Test
  void controlCharactersAreEscapedAndNothingElse() {
    assertValue("\0\b\t\n\013\f\r\033\"\\", "\"\\u0000\\b\\t\\n\\u000b\\f\\r\\u001b\\\"\\\\\"");
    assertValue("\177é\u2028/<>&'", "\"\177é\u2028/<>&'\"");
  }

  @Test
  void valuesOfEveryKindHaveAForm() {
    assertValue(Arrays.asList(null, true, 1L, "x"), "[null,true,1,\"x\"]");
    assertValue(new int[] {1, 2}, "[1,2]");
    assertValue(new String[] {"a"}, "[\"a\"]");
    assertValue(WebhookEvent.AGENT_FAILED, "\"agent.failed\"");
    assertValue(new UUID(0, 5), "\"00000000-0000-0000-0000-000000000005\"");
    assertValue(LocalDate.of(2025, 1, 1), "\"2025-01-01\"");
    assertValue(LocalTime.of(1, 2, 3, 400_000), "\"01:02:03.000400\"");
    assertValue(LocalDateTime.of(2025, 1, 1, 1, 2), "\"2025-01-01T01:02:00\"");
    assertValue(Instant.ofEpochSecond(0, 5_000), "\"1970-01-01T00:00:00.000005+00:00\"");
    assertValue(OffsetDateTime.parse("2025-01-01T01:02:03-03:00"), "\"2025-01-01T01:02:03-03:00\"");
  }

  @Test
  void keysThatAreNoTextBecomeText() {
    Map<@Nullable Object, Object> map = new LinkedHashMap<>();
    map.put(1, 1);
    map.put(null, 2);
    map.put(true, 3);
    map.put(0.5, 4);
    assertValue(map, "{\"1\":1,\"null\":2,\"true\":3,\"0.5\":4}");
  }

  @Test
  void whatJsonCannotHoldIsNamed() {
    assertThatThrownBy(() -> body("v", List.of(1, new Object())))
        .isInstanceOf(PosthornException.class)
        .hasMessageContaining("data.v[1]: is a java.lang.Object");
    assertThatThrownBy(() -> body("v", "\ud800x"))
        .isInstanceOf(PosthornException.class)
        .hasMessageContaining("data.v: has half a surrogate pair at 0");
  }

  @Test
  void dataThatHoldsItselfIsRefused() {
    List<Object> self = new ArrayList<>();
    self.add(self);
    assertThatThrownBy(() -> body("v", self))
        .isInstanceOf(PosthornException.class)
        .hasMessageContaining("nested more than 250 levels deep");
  }
}
