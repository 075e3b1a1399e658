package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Input that Posthorn accepts in addition to that of Svix. */
class ExtensionsTest {
  @AutoClose private static final ServerFixture SERVER = ServerFixture.start();

  private final ApiClient api = SERVER.api();
  private final String app =
      "/api/v1/app/" + api.post("/api/v1/app", "{\"name\":\"Acme\"}").expect(201).id();

  @Test
  void payloadsOfAnyJson() {
    for (String payload : new String[] {"[1,\"a\"]", "\"text\"", "7", "true"}) {
      Reply reply =
          api.post(app + "/msg", "{\"eventType\":\"a\",\"payload\":" + payload + "}").expect(202);
      assertThat(reply.at("/payload").toString()).isEqualTo(payload);
      assertThat(api.get(app + "/msg/" + reply.id()).expect(200).at("/payload").toString())
          .isEqualTo(payload);
    }
  }

  @Test
  void theAnswerToAMessageSaysHowManyEndpointsItMatched() {
    String message = "{\"eventType\":\"matched\",\"payload\":{},\"eventId\":\"first\"}";
    assertThat(api.post(app + "/msg", message).expect(202).at("/matchedEndpoints").asInt(-1))
        .isZero();
    String url = SERVER.receiver().url("/");
    api.post(app + "/endpoint", "{\"url\":\"" + url + "\"}").expect(201);
    assertThat(
            api.post(app + "/msg", message.replace("first", "second"))
                .expect(202)
                .at("/matchedEndpoints")
                .asInt(-1))
        .isEqualTo(1);
    assertThat(api.post(app + "/msg", message).expect(202).at("/matchedEndpoints").asInt(-1))
        .as("as it was when it was accepted")
        .isZero();
    assertThat(api.get(app + "/msg/second").expect(200).json().has("matchedEndpoints")).isFalse();
  }

  @Test
  void patternsOfEventTypes() {
    Reply reply =
        api.post(
                app + "/endpoint",
                "{\"url\":\"" + SERVER.receiver().url("/") + "\",\"eventTypes\":[\"invoice.*\"]}")
            .expect(201);
    assertThat(reply.at("/eventTypes/0").asString()).isEqualTo("invoice.*");
  }
}
