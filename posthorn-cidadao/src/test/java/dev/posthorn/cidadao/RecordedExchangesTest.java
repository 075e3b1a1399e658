package dev.posthorn.cidadao;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.testkit.receiver.Answer;
import dev.posthorn.testkit.receiver.ReceivedRequest;
import dev.posthorn.testkit.receiver.Receiver;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** The recorded requests of the original Python WebhookService, reproduced byte for byte. */
class RecordedExchangesTest {
  @TempDir Path directory;

  static List<RecordedExchange> all() {
    return RecordedExchange.all();
  }

  @Test
  void thereAreFifteen() {
    assertThat(all()).hasSize(15);
  }

  @ParameterizedTest
  @MethodSource("all")
  void isReproduced(RecordedExchange recorded) {
    Answer answer = Answer.status(recorded.status()).body(recorded.responseBody());
    try (Receiver receiver = Receiver.answering(request -> answer);
        WebhookService service = Services.open(directory)) {
      service.addWebhook(recorded.config(receiver.url("/hook")));

      List<WebhookDelivery> results = service.send(recorded.payload());

      assertThat(receiver.requests()).hasSize(1);
      ReceivedRequest request = receiver.requests().getFirst();
      assertThat(request.method()).isEqualTo("POST");
      assertThat(request.path()).isEqualTo("/hook");
      assertThat(request.text()).isEqualTo(recorded.body());
      assertThat(headers(request)).isEqualTo(recorded.headers());
      assertThat(results).hasSize(1);
      check(results.getFirst(), recorded.delivery());
    }
  }

  private static Map<String, String> headers(ReceivedRequest request) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (Map.Entry<String, String> header : request.headers()) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      if (!name.equals("host")) {
        assertThat(headers.put(name, header.getValue())).as(name).isNull();
      }
    }
    return headers;
  }

  private static void check(WebhookDelivery result, JsonNode expected) {
    assertThat(result.statusCode()).isEqualTo(expected.get("status_code").asInt());
    assertThat(result.success()).isEqualTo(expected.get("success").asBoolean());
    assertThat(result.attempts()).isEqualTo(expected.get("attempts").asInt());
    assertThat(result.error()).isNull();
    assertThat(result.responseBody()).isEqualTo(expected.get("response_body").asString());
  }
}
