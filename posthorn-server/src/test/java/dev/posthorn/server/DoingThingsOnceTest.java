package dev.posthorn.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Detection of repeated requests and repeated events. */
class DoingThingsOnceTest {
  private static final String APPS = "/api/v1/app";

  @AutoClose private static final ServerFixture SERVER = ServerFixture.start();

  private ApiClient api = SERVER.api();

  @BeforeEach
  void ownEnvironment(TestInfo test) {
    api = SERVER.own(test);
  }

  private String messages() {
    api.put(APPS + "/acme", "{\"name\":\"Acme\"}");
    return APPS + "/acme/msg";
  }

  private Reply post(String path, String body) {
    return api.post(path, body, "Idempotency-Key", "key");
  }

  @Test
  void theSameRequestWrittenInAnotherWayGetsTheFirstAnswer() {
    Reply first =
        post(APPS, "{\"name\":\"Acme\",\"metadata\":{\"a\":\"1\",\"b\":\"2\"}}").expect(201);
    Reply again =
        post(APPS, "{ \"metadata\": {\"b\":\"2\", \"a\":\"1\"}, \"name\": \"\\u0041cme\" }")
            .expect(201);
    assertThat(again.text()).isEqualTo(first.text());
    assertThat(Deliveries.ids(api.get(APPS).expect(200))).containsExactly(first.id());
    post(APPS, "{\"name\":\"Acme\",\"metadata\":{\"a\":\"2\",\"b\":\"1\"}}").expect(409);
  }

  @Test
  void theSameMessageWrittenInAnotherWayIsSentOnce() {
    String all = messages();
    Reply first = post(all, "{\"eventType\":\"a\",\"payload\":{\"n\":1,\"m\":[1,2]}}").expect(202);
    Reply again =
        post(all, "{\"payload\": {\"m\": [1, 2], \"n\": 1}, \"eventType\": \"a\"}").expect(202);
    assertThat(again.json()).isEqualTo(first.json());
    assertThat(Deliveries.ids(api.get(all).expect(200))).containsExactly(first.id());
    post(all, "{\"eventType\":\"a\",\"payload\":{\"n\":1,\"m\":[2,1]}}").expect(409);
    post(all, "{\"eventType\":\"a\",\"payload\":{\"n\":1.0,\"m\":[1,2]}}").expect(409);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ",\"tags\":[\"other\"]",
        ",\"tags\":[\"tag\"],\"deliverAt\":\"2026-01-31T12:00:01Z\"",
        ",\"tags\":[\"tag\"],\"deliverAt\":\"2026-01-31T12:00:00Z\",\"payloadRetentionHours\":3",
        ",\"tags\":[\"tag\"],\"deliverAt\":\"2026-01-31T12:00:00Z\",\"channels\":[\"c\"]"
      })
  void anEventThatComesAgainWithOtherWishesIsAConflict(String wishes) {
    String all = messages();
    String event = "{\"eventType\":\"a\",\"payload\":{},\"eventId\":\"e" + wishes.hashCode() + "\"";
    String first = ",\"tags\":[\"tag\"],\"deliverAt\":\"2026-01-31T12:00:00Z\"";
    String sent = api.post(all, event + first + "}").expect(202).id();
    assertThat(api.post(all, event + first + "}").expect(202).id()).isEqualTo(sent);
    Reply refused = api.post(all, event + wishes + "}").expect(409);
    assertThat(refused.at("/detail").asString()).startsWith("eventId: ");
  }
}
