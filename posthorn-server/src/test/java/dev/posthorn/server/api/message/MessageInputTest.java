package dev.posthorn.server.api.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.posthorn.server.http.ApiError;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageInputTest {
  private static MessageInput read(String json) {
    return MessageInput.read(json.getBytes(StandardCharsets.UTF_8));
  }

  private static int refused(byte[] body) {
    try {
      MessageInput.read(body);
      return 0;
    } catch (ApiError e) {
      return e.status();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "{\"a\": [1, {\"b\": null}]}",
        "[ 1 ]",
        "\"text\"",
        "\"\"",
        "\"é\\n\\\"\\ud83d\\ude00\"",
        "0",
        "-1.50e3",
        "123456789012345678901234567890",
        "true",
        "false",
        "{\"a\":1,\"a\":2}"
      })
  void keepsThePayloadsBytes(String payload) {
    for (String body :
        new String[] {
          "{\"payload\":" + payload + ",\"eventType\":\"a\"}",
          "{\"eventType\":\"a\",\"payload\":" + payload + "}",
          " { \"eventType\" : \"a\" , \"payload\" : " + payload + " } "
        }) {
      MessageInput input = read(body);
      assertThat(new String(input.payload, StandardCharsets.UTF_8)).as(body).isEqualTo(payload);
      assertThat(input.eventType).isEqualTo("a");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "{\"eventType\":\"a\"}",
        "{\"payload\":{}}",
        "{\"eventType\":\"a\",\"payload\":{}} x",
        "{\"eventType\":\"a\",\"payload\":{\"a\":}}",
        "{\"eventType\":\"a\",\"payload\":nul}",
        "{\"eventType\":1,\"payload\":{}}",
        "{\"eventType\":\"a\",\"payload\":null}"
      })
  void refusesWhatIsNoMessage(String body) {
    assertThat(refused(body.getBytes(StandardCharsets.UTF_8))).isEqualTo(422);
  }

  @Test
  void readsForHowLongThePayloadIsKept() {
    String body = "{\"eventType\":\"a\",\"payload\":{},\"payloadRetention";
    long hour = 3_600_000;
    assertThat(read(body + "Hours\":1}").payloadMillis()).isEqualTo(hour);
    assertThat(read(body + "Hours\":2160}").payloadMillis()).isEqualTo(2_160 * hour);
    assertThat(read(body + "Period\":1}").payloadMillis()).isEqualTo(24 * hour);
    assertThat(read(body + "Period\":90,\"payloadRetentionHours\":null}").payloadMillis())
        .isEqualTo(90 * 24 * hour);
    assertThat(read(body + "Hours\":null}").payloadMillis()).isZero();
    for (String wrong :
        new String[] {
          "Hours\":0}",
          "Hours\":2161}",
          "Hours\":1.5}",
          "Period\":91}",
          "Period\":\"1\"}",
          "Period\":1,\"payloadRetentionHours\":1}"
        }) {
      assertThat(refused((body + wrong).getBytes(StandardCharsets.UTF_8))).as(wrong).isEqualTo(422);
    }
  }

  @Test
  void refusesOtherEncodingsAndEndlessNesting() {
    String body = "{\"eventType\":\"a\",\"payload\":{}}";
    assertThat(refused(body.getBytes(StandardCharsets.UTF_16BE))).isEqualTo(422);
    assertThat(refused(body.getBytes(StandardCharsets.UTF_16LE))).isEqualTo(422);
    assertThat(refused(body.replace("{}", "[".repeat(100_000)).getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(422);
    byte[] broken = body.replace("{}", "\"x\"").getBytes(StandardCharsets.UTF_8);
    broken[broken.length - 3] = (byte) 0xff;
    assertThat(refused(broken)).isEqualTo(422);
  }

  @Test
  void takesATextThatIsNotJson() {
    MessageInput input =
        read(
            "{\"eventType\":\"a\",\"payload\":{},\"transformationsParams\":{\"rawPayload\":\"<a/>\","
                + "\"headers\":{\"content-type\":\"text/xml\"}}}");
    assertThat(new String(input.payload, StandardCharsets.UTF_8)).isEqualTo("<a/>");
    assertThat(input.contentType).isEqualTo("text/xml");
    assertThatThrownBy(
            () -> read("{\"eventType\":\"a\",\"transformationsParams\":{\"rawPayload\":1}}"))
        .isInstanceOf(ApiError.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"<a/>", "", "{", "1 2", "{} x"})
  void refusesARawPayloadThatIsNotTheJsonThatItIsSaidToBe(String raw) {
    String body =
        "{\"eventType\":\"a\",\"transformationsParams\":{\"rawPayload\":\"" + raw + "\"}}";
    assertThat(refused(body.getBytes(StandardCharsets.UTF_8))).isEqualTo(422);
  }

  @Test
  void takesARawPayloadThatIsJson() {
    MessageInput input =
        read("{\"eventType\":\"a\",\"transformationsParams\":{\"rawPayload\":\"[1, 2]\"}}");
    assertThat(new String(input.payload, StandardCharsets.UTF_8)).isEqualTo("[1, 2]");
    assertThat(input.contentType).isEqualTo("application/json");
  }

  @Test
  void aListThatIsMuchTooLongTakesNoLongerThanItsBytes() {
    StringBuilder body = new StringBuilder("{\"channels\":[\"0\"");
    for (int i = 1; i < 220_000; i++) {
      body.append(",\"").append(i).append('"');
    }
    byte[] bytes = body.append("]}").toString().getBytes(StandardCharsets.UTF_8);
    int status = assertTimeoutPreemptively(Duration.ofSeconds(20), () -> refused(bytes));
    assertThat(status).isEqualTo(422);
    assertThat(read("{\"eventType\":\"a\",\"payload\":1,\"tags\":[\"b\",\"a\",\"b\"]}").tags)
        .containsExactly("b", "a");
  }
}
